divert(-1)
dnl Domains that have this host as their best MX are local. The argument limits it to these domains
define(`_BESTMX_IS_LOCAL_')
_map_(`bestmx bestmx')
ifelse(len(X`'_ARG_), `1', `', `define(`_BESTMX_SOME_')PUSHDIVERT(5)CB`'_ARG_
POPDIVERT')
