divert(-1)
dnl Names in relay-domains are hosts, not domains with all hosts below them
define(`_RELAY_HOSTS_ONLY_')
