divert(-1)
dnl 4.3BSD
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
_default_(`UUCP_MAILER_ARGS', `uux - -r -z -a$g $h!rmail ($u)')
