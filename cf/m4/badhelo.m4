
# ----- BadHelo: refuses a client by the name it greeted us with
SBadHelo
R$*			$: < $&{auth_authen} > $&{client_addr}
R< $+ > $*		$@ OK
R< > $=R		$@ OK
R< > $=R . $*		$@ OK
R< > $=R : $*		$@ OK
R$*			$: $&s
R$@			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
R$=w			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
R$-			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
R$*			$@ OK
