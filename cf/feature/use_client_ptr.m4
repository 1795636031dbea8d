divert(-1)
dnl Checks of the client see the name that its address has, even when that name has another address
define(`_CLIENT_PTR_')
