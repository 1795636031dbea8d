
# The local mailer and programs. The user of the envelope is the bare name.
SEnvFromL
R< @ >			$n				errors come from the daemon
R@ < @ $* >		$n
R$+			$: $>AddDomain $1
R$* < @ $* > $*		$@ $>MasqEnv $1 < @ $2 > $3

SEnvToL
R$+ < @ $* >		$: $1
R$* + *			$@ $1

SHdrFromL
R< @ >			$n
R@ < @ $* >		$n
R$+			$: $>AddDomain $1
ifdef(`_LOCAL_NO_MASQUERADE_', `dnl
R$* < @ *LOCAL* > $*	$@ $1 < @ $j . > $2
', `dnl
R$* < @ $* > $*		$@ $>MasqHdr $1 < @ $2 > $3
')dnl

SHdrToL
R$+			$: $>AddDomain $1
ifdef(`_ALL_MASQUERADE_', `dnl
R$* < @ $* > $*		$@ $>MasqHdr $1 < @ $2 > $3
')dnl
R$* < @ *LOCAL* > $*	$@ $1 < @ $j . > $2

# names without a domain get one, if the .mc says so
SAddDomain
ifdef(`_ALWAYS_ADD_DOMAIN_', `dnl
R$* < @ $* > $*		$@ $1 < @ $2 > $3
R: include : $*		$@ : include : $1
R$* : ; $*		$@ $1 : ; $2
R$+			$@ $1 < @ _ADDED_DOMAIN_ >
')dnl
