divert(-1)
dnl DG/UX
_default_(`LOCAL_MAILER_FLAGS', `m9')
define(`confEBINDIR', `/usr/lib')
define(`confTIME_ZONE', `USE_TZ')
PUSHDIVERT(6)E_FORCE_MAIL_LOCAL_=yes
POPDIVERT
