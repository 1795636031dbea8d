divert(-1)
dnl Names of IBM networks, one label before a member of class A, are nodes of VNET: to VNET_RELAY. So is user%node.rscs at any
dnl gateway. What lies deeper below vnet.ibm.com has a host of its own there.
PUSHDIVERT(6)CAvnet.ibm.com vnet rscs ipnet
POPDIVERT
PUSHDIVERT(2)
R$+ % $- . rscs < @ $+ > $*	$: $1 < @ $2 . vnet . > $4
R$* < @ $- . $=A > $*	$: $1 < @ $2 . vnet . > $4
POPDIVERT
define(`_vnet_mailer_', ifdef(`confRELAY_MAILER', `confRELAY_MAILER', `relay'))
PUSHDIVERT(3)
R$* < @ $- . vnet . > $*	$`'#_vnet_mailer_ $`'@ ifdef(`VNET_RELAY', `VNET_RELAY') $: $1 < @ $2 . VNET . > $3
R$* < @ $* vnet.ibm.com . > $*	$: $1 < @ $2 vnet.ibm.com > $3
R$* < @ $* vnet.ibm.com > $*	$`'#_vnet_mailer_ $`'@ $2 vnet.ibm.com $: $1 < @ $2 vnet.ibm.com > $3
POPDIVERT
