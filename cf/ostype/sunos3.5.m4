divert(-1)
dnl sunos3.5
define(`confEBINDIR', `/usr/lib')
