divert(-1)
dnl Refuses clients in a list of the name service. Arguments: the zone; the text of the refusal, or discard, or quarantine;
dnl t to refuse temporarily when the list cannot be asked, or the text for that
ifdef(`_DNSBL_MAP_DONE_', `', `define(`_DNSBL_MAP_DONE_')_map_(`dnsbl 'ifdef(`DNSBL_MAP', `DNSBL_MAP', `dns -R A')` -T<TMP>'ifdef(`DNSBL_MAP_OPT', `` 'DNSBL_MAP_OPT'))')
ifelse(len(X`'_ARG_), `1', `_error_(`missing argument for FEATURE(`dnsbl')')')
PUSHDIVERT(8)
# clients listed at _ARG_
R$*			$: < $1 > $&{client_addr}
R< $* > $- . $- . $- . $-	$: < $1 > < $( dnsbl $5.$4.$3.$2._ARG_. $: OK $) >
R< $* > < OK >		$: $1
R< $* > < $+ <TMP> >	ifelse(len(X`'_ARG3_), `1', `$: $1', defn(`_ARG3_'), `t', `$`'#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr} " at _ARG_"', `$`'#error $@ 4.4.3 $: defn(`_ARG3_')')
R< $* > < $+ >		ifelse(defn(`_ARG2_'), `discard', `$`'#discard $: _ARG_', defn(`_ARG2_'), `quarantine', `$`'#error $@ quarantine $: _ARG_', `$`'#error $@ 5.7.1 $: ifelse(len(X`'defn(`_ARG2_')), `1', `"550 Rejected: " $&{client_addr} " listed at _ARG_"', `defn(`_ARG2_')')')
R< $* > $*		$: $1
POPDIVERT
