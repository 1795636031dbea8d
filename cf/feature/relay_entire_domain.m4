divert(-1)
dnl Hosts of our own domain may relay, and mail is relayed to them
define(`_RELAY_ENTIRE_DOMAIN_')
