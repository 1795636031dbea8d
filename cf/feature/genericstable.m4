divert(-1)
dnl Public addresses of users
define(`_GENERICS_TABLE_')
_table_(`generics', defn(`_ARG_'), `genericstable', `generics')
