divert(-1)
dnl Addresses that nobody uses, in the access map as To:address SPAMTRAP: a message for one of them, or with one of them in its
dnl To header, is taken and dropped. Macro {SpamTrap} is the message that met one
define(`_NEEDS_MACRO_MAP_')
PUSHDIVERT(9)
SLocal_check_rcpt
R< $+ >			$1
R$*			$: $>CheckTo $1

# check_eoh: the end of the header
Scheck_eoh
R$*			$: $&{SpamTrap}
R$@			$`'@ OK
R$&i			$`'#discard $: discard
R$*			$`'@ OK

HTo: $>CheckTo

# recipients, with commas between them; gives the last
SCheckTo
R$+ , $+		$: $>CheckAlsoTo $1 $| $2
R$+			$: $1 $| $>AccessKey To $| $1
R$* $| SPAMTRAP		$: $( macro {SpamTrap} $`'@ $&i $) $1
R$* $| $*		$: $1

SCheckAlsoTo
R$* $| $*		$: $>CheckTo $1 $| $>CheckTo $2
R$* $| $*		$`'@ $2
POPDIVERT
