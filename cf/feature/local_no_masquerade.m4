divert(-1)
dnl The local mailer shows senders as they are
define(`_LOCAL_NO_MASQUERADE_')
