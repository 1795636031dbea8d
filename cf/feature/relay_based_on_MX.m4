divert(-1)
dnl Mail is relayed to domains that have this host as an MX
define(`_RELAY_MX_SERVED_')
_map_(`mxserved bestmx -z: -T<TEMP>')
