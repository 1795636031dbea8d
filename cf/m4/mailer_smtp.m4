
# Addresses on their way to other hosts must have a domain, and only real ones
SMasqSMTP
R$* < @ $* > $*		$@ $1 < @ $2 > $3
R: include : $*		$@ : include : $1
R$* : ; $*		$@ $1 : ; $2
R$*			$@ $1 < @ *LOCAL* >

# Other hosts do not know pseudo domains: user @ host.UUCP becomes host!user @ the relay or this host, user @ host.BITNET
# becomes user%host.BITNET @ the relay
SPseudoToReal
ifdef(`BITNET_RELAY', `dnl
R$+ < @ $+ . BITNET . >	$: $1 % $2 . BITNET < @ $>HostOfRelay $B
')dnl
ifdef(`UUCP_RELAY', `dnl
R$+ < @ $+ . UUCP . >	$: $2 ! $1 < @ $>HostOfRelay $Y
', `ifdef(`_NO_UUCP_', `', `dnl
R$+ < @ $+ . UUCP . >	$: $2 ! $1 < @ *LOCAL* >
')')dnl

# mailer:host or host: the host, with the end of an address
SHostOfRelay
R$- : $+		$: $2
R$+			$@ $1 . >

SEnvFromSMTP
R$+			$: $>PseudoToReal $1
R$* : ; < @ >		$@				a list sends no mail
R$*			$: $>MasqSMTP $1
R$+			$: $>MasqEnv $1

SEnvToSMTP
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2

SHdrFromSMTP
R$+			$: $>PseudoToReal $1
R: ; < @ >		$@
R$* < @ $* > $*		$@ $>MasqHdr $1 < @ $2 > $3
R$* : ; $*		$@ $1 : ; $2
R$+			$@ $>MasqHdr $1 < @ *LOCAL* >

SMasqRelay
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqHdr $1
