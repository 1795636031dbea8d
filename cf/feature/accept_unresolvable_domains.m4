divert(-1)
dnl Senders whose domain the name service does not know are accepted
define(`_ACCEPT_UNRESOLVABLE_')
