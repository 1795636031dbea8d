divert(-1)
dnl Short names of hosts of a subdomain: host.CS is host.CS.our.domain
PUSHDIVERT(2)
R$* < @ $- .CS > $*	$: $1 < @ $2 .CS.$m > $3
POPDIVERT
