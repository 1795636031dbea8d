divert(-1)
dnl sunos4.1
define(`confEBINDIR', `/usr/lib')
