divert(-1)
dnl Linux
define(`LOCAL_MAILER_ARGS', `procmail -a $h -d $u')
define(`LOCAL_MAILER_FLAGS', `SPfhn9')
define(`LOCAL_MAILER_PATH', `/usr/bin/procmail')
define(`PROCMAIL_MAILER_PATH', `/usr/bin/procmail')
define(`confEBINDIR', `/usr/sbin')
