divert(-1)
dnl A pause before the greeting, in milliseconds: GreetPause: in the access map, or the argument
ifdef(`_ACCESS_TABLE_', `', `ifelse(len(X`'_ARG_), `1', `_needs_access_(`greet_pause')')')
define(`_GREET_PAUSE_', defn(`_ARG_'))
_rulesets_(`m4/greet_pause.m4')
