divert(-1)
dnl The table of public addresses is asked for hosts below the domains of GENERICS_DOMAIN too
define(`_GENERICS_ENTIRE_DOMAIN_')
