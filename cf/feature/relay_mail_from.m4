divert(-1)
dnl Senders with From:... RELAY in the access map may relay; with the argument "domain" it may be From:domain too
define(`_RELAY_MAIL_FROM_')
_needs_access_(`relay_mail_from')
ifelse(defn(`_ARG_'), `domain', `define(`_RELAY_MAIL_FROM_DOMAIN_')')
_warn_(`FEATURE(`relay_mail_from') may cause your system to act as open
	relay.  Use SMTP AUTH or STARTTLS instead.')
