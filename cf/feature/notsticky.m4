divert(-1)
dnl The default since long: see stickyhost
