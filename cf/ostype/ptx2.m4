divert(-1)
dnl ptx2
_default_(`LOCAL_MAILER_FLAGS', `fmn9')
define(`LOCAL_MAILER_PATH', `/bin/mail')
define(`LOCAL_SHELL_FLAGS', `eu')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
