divert(-1)
dnl Local mail shows full addresses too, with the domain of the argument or that of this host
define(`_ALWAYS_ADD_DOMAIN_')
define(`_ADDED_DOMAIN_', ifelse(len(X`'_ARG_), `1', ``*LOCAL*'', defn(`_ARG_')))
