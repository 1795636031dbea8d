divert(-1)
dnl ClientConn: in the access map limits how many connections of a client are open. Arguments: nodelay, to do it before
dnl delayed checks; terminate, to close the connection
_needs_access_(`conncontrol')
define(`_CONN_CONTROL_')
ifelse(defn(`_ARG_'), `nodelay', `define(`_CONN_NODELAY_')ifdef(`_DELAY_CHECKS_', `', `_error_(`FEATURE(`conncontrol', `nodelay') requires FEATURE(`delay_checks')')')')
ifelse(_ARG2_, `terminate', `define(`_CONN_CODE_', `421')', `define(`_CONN_CODE_', `452')')
_rulesets_(`m4/conncontrol.m4')
