divert(-1)
dnl mklinux
define(`LOCAL_MAILER_ARGS', `procmail -a $h -d $u')
define(`LOCAL_MAILER_FLAGS', `SPfhn9')
_default_(`LOCAL_MAILER_PATH', `/usr/bin/procmail')
_default_(`PROCMAIL_MAILER_PATH', `/usr/bin/procmail')
_default_(`STATUS_FILE', `/var/log/sendmail.st')
define(`confEBINDIR', `/usr/sbin')
