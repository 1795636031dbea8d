divert(-1)
dnl Hosts are not looked up, but those of CANONIFY_DOMAIN and, with the argument canonify_hosts, names without a dot
define(`_NO_CANONIFY_')
ifelse(_ARG_, `canonify_hosts', `define(`_CANONIFY_HOSTS_')')
