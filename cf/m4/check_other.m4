
# ----- check_other: an unknown command
Scheck_other
R$*			$: $1 $| $( badcmd $1 $)
