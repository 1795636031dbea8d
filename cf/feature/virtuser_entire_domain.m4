divert(-1)
dnl The table of virtual users is asked for hosts below the domains of VIRTUSER_DOMAIN too
define(`_VIRTUSER_ENTIRE_DOMAIN_')
