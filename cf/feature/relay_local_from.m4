divert(-1)
dnl Senders of our own domains may relay. Senders can be forged.
define(`_RELAY_LOCAL_FROM_')
_warn_(`FEATURE(`relay_local_from') may cause your system to act as open
	relay.  Use SMTP AUTH or STARTTLS instead. If you cannot use those,
	try FEATURE(`relay_mail_from').')
