divert(-1)
dnl Clients whose address is in a map, put there by a POP or IMAP server, may relay. The argument is the map
define(`_DRAC_')
_table_(`drac', defn(`_ARG_'), `drac', `drac')
