divert(-1)
dnl Masquerade recipients in headers like senders
define(`_ALL_MASQUERADE_')
