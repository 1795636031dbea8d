divert(-1)
dnl irix4
_default_(`LOCAL_MAILER_FLAGS', `Ehm9')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
