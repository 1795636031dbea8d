
# ----- greet_pause: host name $| address of the client; how many milliseconds it has to wait for the greeting
SLocal_greet_pause
Sgreet_pause
R$*			$: $1 $| $>Local_greet_pause $1
R$* $| $#$*		$#$2
R$* $| $* $| $*		$: $1 $| $2
ifdef(`_ACCESS_TABLE_', `dnl
R$* $| $*		$: $2 $| $>AccessHost GreetPause $| $1
R$* $| ?		$: $1 $| $>AccessAddress GreetPause $| $1
R$* $| ?		$: ?
R$* $| $* < TMPF >	$@
R$* $| $+		$#$2
')dnl
ifelse(len(X`'_GREET_PAUSE_), `1', `', `dnl
R$*			$#_GREET_PAUSE_
')dnl
