divert(-1)
dnl Secrets for authentication with servers in a map of their own, which may be less public than the access map
define(`_AUTHINFO_MAP_')
_table_(`authinfo', defn(`_ARG_'), `authinfo', `authinfo')
