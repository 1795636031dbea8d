divert(-1)
dnl solaris2
_default_(`LOCAL_MAILER_ARGS', `mail.local -d $u')
_default_(`LOCAL_MAILER_FLAGS', `fSmn9')
_default_(`LOCAL_MAILER_PATH', `/usr/lib/mail.local')
_default_(`UUCP_MAILER_ARGS', `uux - -r -a$g $h!rmail ($u)')
define(`confEBINDIR', `/usr/lib')
