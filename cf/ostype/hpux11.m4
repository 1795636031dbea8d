divert(-1)
dnl hpux11
_default_(`LOCAL_MAILER_ARGS', `rmail -d $u')
_default_(`LOCAL_MAILER_FLAGS', `m9')
_default_(`LOCAL_MAILER_PATH', `/usr/bin/rmail')
_default_(`LOCAL_SHELL_PATH', `/usr/bin/sh')
_default_(`UUCP_MAILER_ARGS', `uux - -r -a$g -gC $h!rmail ($u)')
define(`confTIME_ZONE', `USE_TZ')
