divert(-1)
dnl Like the other list, with the answers that count. Arguments: zone, text or discard or quarantine, temporary, answers...
ifdef(`_EDNSBL_MAP_DONE_', `', `define(`_EDNSBL_MAP_DONE_')_map_(`ednsbl 'ifdef(`DNSBL_MAP', `DNSBL_MAP', `dns -R A')` -T<TMP> -z  -Z32 'ifdef(`EDNSBL_TO', ``-r'EDNSBL_TO', ``-r5''))')
ifelse(len(X`'_ARG_), `1', `_error_(`missing argument for FEATURE(`enhdnsbl')')')
define(`_listed_', `$`'#ifelse(defn(`_ARG2_'), `discard', `discard $: discard', defn(`_ARG2_'), `quarantine', `error $`'@ quarantine $: _ARG_', `error $`'@ 5.7.1 $: ifelse(len(X`'defn(`_ARG2_')), `1', `"550 Rejected: " $&{client_addr} " listed at _ARG_"', `defn(`_ARG2_')')')')
dnl _answer_(answers...): a rule for each
define(`_answer_', `ifelse(`$1', `', `', `R< $`'* > < patsubst(`$1', `\.$') >	_listed_
_answer_(shift($@))')')
PUSHDIVERT(8)
# clients listed at _ARG_
R$*			$: < $1 > $&{client_addr}
R< $* > $- . $- . $- . $-	$: < $1 > < $( ednsbl $5.$4.$3.$2._ARG_. $: OK $) >
R< $* > < OK >		$: $1
R< $* > < $* <TMP> >	ifelse(len(X`'_ARG3_), `1', `$: $1', defn(`_ARG3_'), `t', `$`'#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr} " at _ARG_"', `$`'#error $@ 4.4.3 $: defn(`_ARG3_')')
ifelse(len(X`'_ARG4_), `1', `R< $* > < $+ >		_listed_
', `_answer_(defn(`_ARG4_'), defn(`_ARG5_'), defn(`_ARG6_'), _ARG7_)')dnl
R< $* > $*		$: $1
POPDIVERT
