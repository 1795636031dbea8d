divert(-1)
dnl procmail is the local mailer. Arguments: program, arguments, flags
define(`LOCAL_MAILER_PATH', ifelse(len(X`'_ARG_), `1', `ifdef(`PROCMAIL_MAILER_PATH', `PROCMAIL_MAILER_PATH', `/usr/local/bin/procmail')', `defn(`_ARG_')'))
define(`LOCAL_MAILER_ARGS', ifelse(len(X`'_ARG2_), `1', `ifdef(`LOCAL_MAILER_ARGS', `defn(`LOCAL_MAILER_ARGS')', ``procmail -Y -a $h -d $u'')', `defn(`_ARG2_')'))
define(`LOCAL_MAILER_FLAGS', ifelse(len(X`'_ARG3_), `1', `SPfhn9', `defn(`_ARG3_')'))
