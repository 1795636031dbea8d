divert(-1)
dnl AIX 4
_default_(`LOCAL_MAILER_ARGS', `mail -F $g $u')
_default_(`LOCAL_MAILER_FLAGS', `mn9')
_default_(`LOCAL_MAILER_PATH', `/bin/bellmail')
define(`confEBINDIR', `/usr/lib')
define(`confTIME_ZONE', `USE_TZ')
