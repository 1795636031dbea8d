divert(-1)
dnl Apple A/UX
_default_(`LOCAL_MAILER_ARGS', `mail -d -r $f $u')
_default_(`LOCAL_MAILER_FLAGS', `mn9')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
_default_(`UUCP_MAILER_PATH', `/usr/bin/uux')
define(`confEBINDIR', `/usr/lib')
