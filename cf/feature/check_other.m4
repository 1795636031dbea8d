divert(-1)
dnl Clients that send headers or other nonsense as commands are cut off. The argument is a regular expression for more of it.
define(`_CHECK_OTHER_REGEX_', ifelse(len(X`'_ARG_), `1', ``^[[:print:]]+ *:'', `defn(`_ARG_')'))
_map_(`badcmd regex -m -a<BADCMD> _CHECK_OTHER_REGEX_')
_rulesets_(`m4/check_other.m4')
