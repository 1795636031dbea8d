divert(-1)
dnl The local mailer speaks LMTP. Arguments: program, arguments
define(`_LOCAL_LMTP_')
define(`LOCAL_MAILER_PATH', ifelse(len(X`'_ARG_), `1', `ifdef(`confEBINDIR', `confEBINDIR', `/usr/libexec')/mail.local', `defn(`_ARG_')'))
define(`LOCAL_MAILER_FLAGS', `PSXmnz9')
define(`LOCAL_MAILER_ARGS', ifelse(len(X`'_ARG2_), `1', `mail.local -l', `defn(`_ARG2_')'))
define(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `SMTP')
