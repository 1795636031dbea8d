divert(-1)
dnl Domains of BITNET hosts
define(`_BITDOMAIN_TABLE_')
_table_(`bitdomain', defn(`_ARG_'), `bitdomain', `bitdomain')
