divert(-1)
dnl ClientRate: in the access map limits the connections of a client in a window of time. Arguments: nodelay, to do it before
dnl delayed checks; terminate, to close the connection
_needs_access_(`ratecontrol')
define(`_RATE_CONTROL_')
ifelse(defn(`_ARG_'), `nodelay', `define(`_RATE_NODELAY_')ifdef(`_DELAY_CHECKS_', `', `_error_(`FEATURE(`ratecontrol', `nodelay') requires FEATURE(`delay_checks')')')')
ifelse(_ARG2_, `terminate', `define(`_RATE_CODE_', `421')', `define(`_RATE_CODE_', `452')')
_rulesets_(`m4/ratecontrol.m4')
