divert(-1)
dnl Names of IBM networks, one label below a member of class A: to VNET_RELAY
PUSHDIVERT(6)CAvnet.ibm.com vnet rscs ipnet
POPDIVERT
PUSHDIVERT(2)
R$* < @ $- . $=A > $*	$: $1 < @ $2 . $3 . > $4
POPDIVERT
define(`_vnet_mailer_', ifdef(`confRELAY_MAILER', `confRELAY_MAILER', `relay'))
PUSHDIVERT(3)
R$* < @ $- . $=A . > $*	$`'#_vnet_mailer_ $`'@ ifdef(`VNET_RELAY', `VNET_RELAY') $: $1 < @ $2 . VNET . > $4
R$* < @ vnet.ibm.com > $*	$`'#_vnet_mailer_ $`'@ vnet.ibm.com $: $1 < @ vnet.ibm.com > $2
POPDIVERT
