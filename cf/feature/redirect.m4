divert(-1)
dnl user@new.domain.REDIRECT, in an alias of somebody who has left: mail is refused with the new address
PUSHDIVERT(3)
R$* < @ $+ . REDIRECT . >	$#error $@ 5.1.1 $: "551 User has moved; please try " < $1 @ $2 >
POPDIVERT
PUSHDIVERT(6)CPREDIRECT
POPDIVERT
