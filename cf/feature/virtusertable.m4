divert(-1)
dnl Addresses of virtual domains
define(`_VIRTUSER_TABLE_')
_table_(`virtuser', defn(`_ARG_'), `virtusertable', `virtuser')
