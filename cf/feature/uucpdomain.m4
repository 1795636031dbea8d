divert(-1)
dnl Domains of UUCP hosts
define(`_UUDOMAIN_TABLE_')
_table_(`uudomain', defn(`_ARG_'), `uudomain', `uucpdomain')
