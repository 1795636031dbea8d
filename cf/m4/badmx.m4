
# ----- BadMX: a domain; refuses it if the name or the address of one of its MXs cannot be
SBadMX
R$*			$@ $>BadMXList $1 $| $( mxlist $1 $: $1 $) :

# domain $| host : host : ...
SBadMXList
R$* $| $* < TEMP > $*	$#error $@ 4.1.2 $: "450 MX record lookup failed for host " $1
R$* $|			$@ OK
R$* $| : $*		$@ $>BadMXList $1 $| $2
R$* $| $+ : $*		$: $1 $| $3 $| $( dnsA $2 $: $2 $) $| $( badmx $2 $: $)
R$* $| $* $| $* < TEMP > $| $*	$#error $@ 4.1.2 $: "450 MX record lookup failed for host " $1
R$* $| $* $| $* $| $*	$: $1 $| $2 $| $( BadMXIP $3 $: $) $4
R$* $| $* $|		$@ $>BadMXList $1 $| $2
R$* $| $* $| $*		$#error $@ 5.1.2 $: "550 Invalid MX record for host " $1
