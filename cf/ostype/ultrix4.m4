divert(-1)
dnl ultrix4
define(`confEBINDIR', `/usr/lib')
