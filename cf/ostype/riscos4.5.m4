divert(-1)
dnl riscos4.5
_default_(`LOCAL_MAILER_ARGS', `rmail -d $u')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
