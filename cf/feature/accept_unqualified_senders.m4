divert(-1)
dnl Senders without a domain are accepted from everybody
define(`_ACCEPT_UNQUALIFIED_')
