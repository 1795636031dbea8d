divert(-1)
dnl unixware7
_default_(`LOCAL_MAILER_ARGS', `slocal -user $u')
_default_(`LOCAL_MAILER_FLAGS', `Puho9')
_default_(`LOCAL_MAILER_PATH', `/etc/mail/slocal')
_default_(`LOCAL_SHELL_FLAGS', `Peu')
_default_(`QUEUE_DIR', `/var/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
define(`confTIME_ZONE', `USE_TZ')
