divert(-1)
dnl Refuses clients whose network says in the name service that they are no mail servers. Arguments: the text; t to refuse
dnl temporarily, or the text for it; the name below the reverse zone
define(`_MTAMARK_', ifelse(len(X`'_ARG3_), `1', `_perm._smtp._srv', `defn(`_ARG3_')'))
_map_(`mtamark dns -R TXT -a. -T<TMP> -r'ifdef(`MTAMARK_TO', `MTAMARK_TO', `5'))
PUSHDIVERT(8)
# networks that mark their hosts as no mail servers
R$*			$: < $1 > $&{client_addr}
R< $* > $- . $- . $- . $-	$: < $1 > < $( mtamark _MTAMARK_.$5.$4.$3.$2.in-addr.arpa. $: OK $) >
R< $* > < 1. >		$: $1
R< $* > < $* <TMP> >	ifelse(len(X`'_ARG2_), `1', `$: $1', defn(`_ARG2_'), `t', `$`'#error $@ 4.7.1 $: "451 Temporary lookup failure of " _MTAMARK_.$&{client_addr}', `$`'#error $@ 4.7.1 $: defn(`_ARG2_')')
R< $* > < 0. >		$#error $@ 5.7.1 $: ifelse(len(X`'_ARG_), `1', `"550 Rejected: " $&{client_addr} " not listed as MTA"', `defn(`_ARG_')')
R< $* > $*		$: $1
POPDIVERT
