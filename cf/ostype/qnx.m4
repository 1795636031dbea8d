divert(-1)
dnl qnx
define(`LOCAL_MAILER_ARGS', `mail $u')
_default_(`LOCAL_MAILER_FLAGS', `Sh')
define(`LOCAL_MAILER_PATH', `/usr/bin/mailx')
define(`QUEUE_DIR', `/usr/spool/mqueue')
define(`UUCP_MAILER_ARGS', `uux - -r -z -a$f $h!rmail ($u)')
