divert(-1)
dnl Amdahl UTS
_default_(`LOCAL_MAILER_FLAGS', `fSn9')
define(`confEBINDIR', `/usr/lib')
