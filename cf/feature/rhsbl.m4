divert(-1)
dnl Refuses senders whose domain is listed in a zone. Arguments: the zone; the text; t to refuse temporarily, or the text for it
dnl Needs delayed checks: the sender must be known when the client is checked.
ifdef(`_RHSBL_MAP_DONE_', `', `define(`_RHSBL_MAP_DONE_')_map_(`dnsbl 'ifdef(`DNSBL_MAP', `DNSBL_MAP', `host')` -T<TMP>')')
PUSHDIVERT(8)
# senders listed at _ARG_
R$*			$: $1 $| $>CanonAddr $&f
R$* $| $* < @ $* . >	$1 $| $2 < @ $3 >
R$* $| $* < @ $+ >	$: < $( dnsbl $3._ARG_. $: OK $) > $1 $| $3
R< OK > $* $| $*	$: $1 $|
R< $* <TMP> > $* $| $*	ifelse(len(X`'_ARG3_), `1', `$: $2 $|', defn(`_ARG3_'), `t', `$`'#error $@ 4.4.3 $: "451 Temporary lookup failure of " $3 " at _ARG_"', `$`'#error $@ 4.4.3 $: defn(`_ARG3_')')
R< $+ > $* $| $*	$#error $@ 5.7.1 $: ifelse(len(X`'_ARG2_), `1', `"550 Mail from " $3 " refused by blackhole site _ARG_"', `defn(`_ARG2_')')
R$* $| $*		$: $1
POPDIVERT
