divert(-1)
dnl Other names of domains
define(`_DOMAIN_TABLE_')
_table_(`domaintable', defn(`_ARG_'), `domaintable', `domain')
