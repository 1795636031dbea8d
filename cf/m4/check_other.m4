
# ----- check_other: command $| kind. Kind 5 is a command that nobody knows
Scheck_other
R$+ $| 5		$: $( badcmd $1 $)
R$* < BADCMD >		$#error $@ 4.7.0 $: 421 bad command
