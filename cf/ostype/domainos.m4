divert(-1)
dnl Apollo Domain/OS
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
