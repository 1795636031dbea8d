divert(-1)
dnl hpux9
_default_(`LOCAL_MAILER_ARGS', `rmail -d $u')
_default_(`LOCAL_MAILER_FLAGS', `m9')
_default_(`LOCAL_MAILER_PATH', `/bin/rmail')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
_default_(`UUCP_MAILER_ARGS', `uux - -r -a$g -gC $h!rmail ($u)')
define(`confEBINDIR', `/usr/lib')
define(`confTIME_ZONE', `USE_TZ')
