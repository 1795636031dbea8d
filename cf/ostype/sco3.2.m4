divert(-1)
dnl sco3.2
_default_(`LOCAL_MAILER_ARGS', `lmail $u')
_default_(`LOCAL_MAILER_FLAGS', `PuhCE9')
_default_(`LOCAL_MAILER_PATH', `/usr/bin/lmail')
_default_(`LOCAL_SHELL_FLAGS', `Peu')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
_default_(`UUCP_MAILER_PATH', `/usr/bin/uux')
define(`confEBINDIR', `/usr/lib')
