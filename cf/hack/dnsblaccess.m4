divert(-1)
dnl The access map says what to do about the answer of a list of the name service: dnsblaccess:127.0.0.2 and so on.
dnl Arguments: zone, text of the refusal, temporary (t or a text), another tag than dnsblaccess
ifdef(`_ACCESS_TABLE_', `', `_error_(`dnsblaccess requires FEATURE(`access_db')')')
ifdef(`_EDNSBL_MAP_DONE_', `', `define(`_EDNSBL_MAP_DONE_')_map_(`ednsbl dns -R A -a. -T<TMP> -r'ifdef(`EDNSBL_TO', `EDNSBL_TO', `5'))')
define(`_zone_', ifelse(len(X`'_ARG_), `1', `blackholes.mail-abuse.org', `_ARG_'))
define(`_tag_', ifelse(len(X`'_ARG4_), `1', `dnsblaccess', `_ARG4_'))
PUSHDIVERT(8)
# clients listed at _zone_
R$*			$: < $1 > $&{client_addr}
R< $* > $- . $- . $- . $-	$: < $1 > < $( ednsbl $5.$4.$3.$2._zone_. $: OK $) >
R< $* > < OK >		$: $1
R< $* > < $* <TMP> >	ifelse(len(X`'_ARG3_), `1', `$: $1', defn(`_ARG3_'), `t', `$`'#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr} " at _zone_"', `$`'#error $@ 4.4.3 $: defn(`_ARG3_')')
R< $* > < $+ . >	$: LISTED < $1 > $>AccessAddress _tag_ $| $2
RLISTED < $* > ?	$: LISTED < $1 > $>AccessKey _tag_ $|
RLISTED < $* > $={Accept}	$: $1
RLISTED < $* > $* < TMPF >	$: $1
RLISTED < $* > DISCARD	$`'#discard $: discard
RLISTED < $* > ERROR : $*	$: $>AccessVerdict ERROR : $2
RLISTED < $* > $*	$`'#error $`'@ 5.7.1 $: ifelse(len(X`'defn(`_ARG2_')), `1', `"550 Rejected: " $&{client_addr} " listed at _zone_"', `defn(`_ARG2_')')
R< $* > $*		$: $1
POPDIVERT
