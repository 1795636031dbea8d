divert(-1)
dnl Hosts below the domains of MASQUERADE_DOMAIN are masqueraded too
define(`_MASQUERADE_ENTIRE_DOMAIN_')
