divert(-1)
dnl nextstep
_default_(`LOCAL_SHELL_FLAGS', `euP')
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
_default_(`UUCP_MAILER_PATH', `/usr/bin/uux')
define(`confEBINDIR', `/usr/lib')
