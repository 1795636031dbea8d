# ==================================================================== masquerading
# Sender addresses in headers: the name they have in the table, or the name this host goes by
SMasqHdr=93
ifdef(`_GENERICS_TABLE_', `dnl
ifdef(`_GENERICS_ENTIRE_DOMAIN_', `dnl
R$+ < @ $* $=G . >	$: $1 < @ $2 $3 . > $| $>GenericName $1 @ $2 $3
', `dnl
R$+ < @ $=G . >		$: $1 < @ $2 . > $| $>GenericName $1 @ $2
')dnl
R$+ < @ *LOCAL* >	$: $1 < @ *LOCAL* > $| $>GenericName $1 @ $j
R$* $| !			$: $1
R$* $| $* @ $*		$@ $>canonify $2 @ $3
R$+ < @ $+ > $| $+	$: $3 < @ $2 >
')dnl
R$=E < @ *LOCAL* >	$@ $1 < @ $j . >		users who show where they are
R$=E < @ $=M . >	$@ $1 < @ $2 . >
R$=E < @ $=w . >	$@ $1 < @ $2 . >
R$* < @ *LOCAL* > $*	$@ $>MasqAs $1 < @ $j . > $2
ifdef(`_MASQUERADE_EXCEPTION_', `dnl
R$+ < @ $=N . > $*	$@ $1 < @ $2 . > $3
ifdef(`_MASQUERADE_ENTIRE_DOMAIN_', `dnl
R$+ < @ $* $=N . > $*	$@ $1 < @ $2 $3 . > $4
R$+ < @ $* $=N > $*	$@ $1 < @ $2 $3 > $4
')dnl
')dnl
ifdef(`_MASQUERADE_ENTIRE_DOMAIN_', `dnl
R$* < @ $* $=M > $*	$: $1 < @ $2 $3 . > $4
R$* < @ $* $=M . > $*	$@ $>MasqAs $1 < @ $2 $3 . > $4
', `dnl
R$* < @ $=M . > $*	$@ $>MasqAs $1 < @ $2 . > $3
')dnl
ifdef(`_LIMITED_MASQUERADE_', `', `dnl
R$* < @ $=w . > $*	$@ $>MasqAs $1 < @ $2 . > $3
')dnl

# An address that is to hide, behind $M if there is one
SMasqAs
R$*			$: < $M > $1
R< > $*			$@ $1
R< $+ > $* < @ $* > $*	$@ $2 < @ $1 . > $4

# Sender addresses in envelopes: as they are, unless the .mc says to treat them like headers
SMasqEnv=94
ifdef(`_MASQUERADE_ENVELOPE_', `dnl
R$+			$@ $>MasqHdr $1
', `dnl
R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2
')dnl
ifdef(`_GENERICS_TABLE_', `
# user @ host: its address in the table, "!" if it has none; %1 is the detail
SGenericName
R$+ @ $+		$: $( generics $1@$2 $@ $1 $: ! $) $| $1 @ $2
R! $| $+ + $* @ $+	$: $( generics $1+*@$3 $@ $2 $: ! $) $| $1 + $2 @ $3
R! $| $+ + $* @ $+	$: $( generics $1@$3 $@ $2 $: ! $) $| $1 + $2 @ $3
ifdef(`_GENERICS_NO_HOST_', `', `dnl
R! $| $+ @ $+		$: $( generics @$2 $@ $1 $: ! $) $| $1 @ $2
')dnl
R! $| $+ @ $+		$: $( generics $1 $: ! $) $| $1 @ $2
R! $| $+ + $* @ $+	$: $( generics $1+* $@ $2 $: ! $) $| $1 + $2 @ $3
R! $| $+ + $* @ $+	$: $( generics $1 $@ $2 $: ! $) $| $1 + $2 @ $3
R$* $| $*		$@ $1
')dnl
