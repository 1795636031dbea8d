ifdef(`_ACCESS_TABLE_', `dnl
# ==================================================================== the access map
# All lookups give the value, or "?" when nothing was found. Entries of these tags may be written without the tag.
C{Untagged}Connect From To

# tag $| key; "= tag" leaves out entries without the tag
SAccessKey
R= $- $| $*		$@ $( access $1:$2 $: ? $)
R$* $| $*		$: $1 $| $2 $| $( access $1:$2 $: ? $)
R$={Untagged} $| $* $| ?	$: $1 $| $2 $| $( access $2 $: ? $)
R$* $| $* $| $*		$@ $3

# tag $| host: the host, then the domains it is in
SAccessHost
R$* $| $*		$: $1 $| $2 $| $>AccessKey $1 $| $2
R$* $| [ $+ : $- ] $| ?	$@ $>AccessHost $1 $| [ $2 ]
R$* $| [ $+ . $- ] $| ?	$@ $>AccessHost $1 $| [ $2 ]
ifdef(`_LOOKUP_DOT_DOMAIN_', `dnl
R$* $| $- . $+ $| ?	$: $1 $| $2 . $3 $| $>AccessKey $1 $| . $3
')dnl
R$* $| $* . $+ $| ?	$@ $>AccessHost $1 $| $3
ifdef(`_ACCESS_SKIP_', `dnl
R$* $| $* $| SKIP	$@ ?
')dnl
R$* $| $* $| $*		$@ $3

# tag $| address: the IP address, then the networks it is in; IPv6:2001:db8::1 is cut at colons
SAccessAddress
R$* $| $*		$: $1 $| $2 $| $>AccessKey $1 $| $2
R$* $| $+ : : $- $| ?	$@ $>AccessAddress $1 $| $2
R$* $| $+ : $- $| ?	$@ $>AccessAddress $1 $| $2
R$* $| $+ . $- $| ?	$@ $>AccessAddress $1 $| $2
ifdef(`_ACCESS_SKIP_', `dnl
R$* $| $* $| SKIP	$@ ?
')dnl
R$* $| $* $| $*		$@ $3

# tag $| user $| domain: the address, with +* for its detail, without the detail. With an empty domain: user@
SAccessUser
R$* $| $* $| $*		$: $1 $| $2 $| $3 $| $>AccessKey $1 $| $2 @ $3
R$* $| $+ + $* $| $* $| ?	$: $1 $| $2 + $3 $| $4 $| $>AccessKey $1 $| $2 + * @ $4
R$* $| $+ + $* $| $* $| ?	$: $1 $| $2 $| $4 $| $>AccessKey $1 $| $2 @ $4
ifdef(`_ACCESS_SKIP_', `dnl
R$* $| $* $| $* $| SKIP	$@ ?
')dnl
R$* $| $* $| $* $| $*	$@ $4

# tag $| user < @ domain >: all of it. A leading "!" leaves out user@
SAccessMailbox
R! $- $| $* < @ $+ >	$: ! $1 $| $2 < @ $3 > $| $>AccessUser $1 $| $2 $| $3
R! $- $| $* < @ $+ > $| ?	$: ! $1 $| $2 < @ $3 > $| $>AccessHost $1 $| $3
R$- $| $* < @ $+ >	$: $1 $| $2 < @ $3 > $| $>AccessUser $1 $| $2 $| $3
R$- $| $* < @ $+ > $| ?	$: $1 $| $2 < @ $3 > $| $>AccessUser $1 $| $2 $|
R$- $| $* < @ $+ > $| ?	$: $1 $| $2 < @ $3 > $| $>AccessHost $1 $| $3
R$* $| $* < @ $+ > $| $*	$@ $4
R! $- $| $*		$@ ?				no domain, no entry
R$- $| $*		$@ $>AccessUser $1 $| $2 $|

# What a value means to a client: nothing (OK, RELAY), or a refusal
SAccessVerdict
R$* < TMPF >		$#error $@ 4.3.0 $: _TMPF_MSG_
R$={Accept}		$@ $1
R REJECT		$#error _REJECT_CODE_$: confREJECT_MSG
R DISCARD		$#discard $: discard
R QUARANTINE : $+	$#error $@ quarantine $: $1
R ERROR : $- . $- . $- : $+	$#error $@ $1 . $2 . $3 $: $4
R ERROR : $+		$#error $: $1
R$+			$#error $: $1
C{Accept}OK RELAY

# The lookups that rulesets of a .mc may use: <key> <default> <+ Tag or ! Tag> <anything> gives <value> <anything>,
# where "!" means that entries without the tag do not count. D: domain, A: address, F: user@domain, U: user@, E: the tag.
SD
R< $* > < $* > < $* $- > < $* >	$: < $2 > < $5 > $| $>AccessHost $4 $| $1
R< $* > < $* > $| ?	$@ < $1 > < $2 >
R< $* > < $* > $| $*	$@ < $3 > < $2 >
SA
R< $* > < $* > < $* $- > < $* >	$: < $2 > < $5 > $| $>AccessAddress $4 $| $1
R< $* > < $* > $| ?	$@ < $1 > < $2 >
R< $* > < $* > $| $*	$@ < $3 > < $2 >
SF
R< $+ @ $* > < $* > < $* $- > < $* >	$: < $3 > < $6 > $| $>AccessUser $5 $| $1 $| $2
R< $* > < $* > $| ?	$@ < $1 > < $2 >
R< $* > < $* > $| $*	$@ < $3 > < $2 >
SU
R$*			$@ $>F $1
SE
R< $* > < $* > < $* $- > < $* >	$: < $2 > < $5 > $| $>AccessKey $4 $|
R< $* > < $* > $| ?	$@ < $1 > < $2 >
R< $* > < $* > $| $*	$@ < $3 > < $2 >
# <+ Tag> $| <F: user@host> <U: user@> <D: host> ... <>: the first that is found
SSearchList
R< $* $- > $| < $={Src} : $+ > $*	$: < $1 $2 > $| $5 $| $> $3 < $4 > < ? > < $1 $2 > < >
R< $* > $| $* $| < ? > < >	$@ $>SearchList < $1 > $| $2
R< $* > $| $* $| < $* > < >	$@ < $3 >
R< $* > $| < >		$@ < ? >
C{Src}E F D U A
')dnl
