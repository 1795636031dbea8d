
# ----- ConnControl: refuses a client that has too many connections open
SConnControl
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $&{client_addr}
R$@			$@ OK				a program on this host
R$+			$: $>AccessAddress ClientConn $| $1
R ?			$: $>AccessKey ClientConn $|
R ?			$@ OK
R 0			$@ OK				no limit
R$* < TMPF >		$#error $@ 4.3.0 $: _TMPF_MSG_
R$*			$: $( arith l $@ $1 $@ $&{client_connections} $)
R TRUE			$#error $@ 4.3.2 $: _CONN_CODE_ Too many open connections.
')dnl
R$*			$@ OK
