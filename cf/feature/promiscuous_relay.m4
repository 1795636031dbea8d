divert(-1)
dnl Everybody may relay. Never do that.
define(`_PROMISCUOUS_RELAY_')
_warn_(`FEATURE(`promiscuous_relay') configures your system as open
	relay.  Do NOT use it on a server that is connected to the Internet!')
