divert(-1)
dnl Only the domains of MASQUERADE_DOMAIN are masqueraded, not all names of this host
define(`_LIMITED_MASQUERADE_')
