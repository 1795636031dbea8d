divert(-1)
dnl Clients must have a name that resolves back to their address, unless they are of class R
PUSHDIVERT(20)
R$*			$: < $1 > $&{client_addr} $| $&{client_resolve}
R< $* > $=R $| $*	$: $1
R< $* > $=R . $* $| $*	$: $1
R< $* > $=R : $* $| $*	$: $1
R< $* > $* $| TEMP	$#error $@ 4.1.8 $: 451 Client IP address $&{client_addr} does not resolve
R< $* > $* $| FORGED	$#error $@ 4.1.8 $: 451 Possibly forged hostname for $&{client_addr}
R< $* > $* $| FAIL	$#error $@ 5.7.1 $: 550 Fix reverse DNS for $&{client_addr}
R< $* > $*		$: $1
POPDIVERT
