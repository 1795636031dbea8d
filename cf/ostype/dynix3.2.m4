divert(-1)
dnl Dynix 3.2
_default_(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
