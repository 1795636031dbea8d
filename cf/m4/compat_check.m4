
# ----- check_compat: sender $| recipient, when the message is delivered
Scheck_compat
R$* $| $*		$: $>AccessKey Compat $| $1<@>$2
R DISCARD		$#discard $: " - discarded by check_compat"
R ERROR : $+		$#error $@ UNAVAILABLE $: $1 " error from check_compat"
R TEMP : $+		$#error $@ TEMPFAIL $: $1 " error from check_compat. Try again later"
R$* < TMPF >		$#error $@ TEMPFAIL $: _TMPF_MSG_
R$*			$@ OK
