divert(-1)
dnl solaris2.pre5
_default_(`LOCAL_MAILER_ARGS', `mail -f $g -d $u')
_default_(`LOCAL_MAILER_FLAGS', `SnE9')
_default_(`UUCP_MAILER_ARGS', `uux - -r -a$g $h!rmail ($u)')
define(`confEBINDIR', `/usr/lib')
