
# ----- RateControl: refuses a client that connects too often
SRateControl
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $&{client_addr}
R$@			$@ OK				a program on this host
R$+			$: $>AccessAddress ClientRate $| $1
R ?			$: $>AccessKey ClientRate $|
R ?			$@ OK
R 0			$@ OK				no limit
R$* < TMPF >		$#error $@ 4.3.0 $: _TMPF_MSG_
R$*			$: $( arith l $@ $1 $@ $&{client_rate} $)
R TRUE			$#error $@ 4.3.2 $: _RATE_CODE_ Connection rate limit exceeded.
')dnl
R$*			$@ OK
