PUSHDIVERT(-1)
dnl smtp, esmtp, smtp8 (8-bit without asking), dsmtp (only when the queue is run for the host), relay (to a host of ours)
_default_(`SMTP_MAILER_ARGS', `TCP $h')
_default_(`ESMTP_MAILER_ARGS', `TCP $h')
_default_(`SMTP8_MAILER_ARGS', `TCP $h')
_default_(`DSMTP_MAILER_ARGS', `TCP $h')
_default_(`RELAY_MAILER_ARGS', `TCP $h')
_default_(`SMTP_MAILER_LL', `990')
_default_(`RELAY_MAILER_LL', `2040')
# _smtp_(name, variables, fixed flags): the mailers differ only in these
define(`_smtp_', `M$1, P=[IPC], F=_flags_(`$2', `$3', `SMTP_MAILER_FLAGS', `'), S=EnvFromSMTP/HdrFromSMTP, R=ifdef(`_ALL_MASQUERADE_', `EnvToSMTP/HdrFromSMTP', `EnvToSMTP'), E=\r\n, L=SMTP_MAILER_LL,
	_field_(`M', `SMTP_MAILER_MAX')_field_(`m', `SMTP_MAILER_MAXMSGS')_field_(`r', `SMTP_MAILER_MAXRCPTS')_field_(`C', `SMTP_MAILER_CHARSET')T=DNS/RFC822/SMTP, _field_(`Q', `$2_MAILER_QGRP')A=$2_MAILER_ARGS')
POPDIVERT`'dnl
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
R$+ < @ $+ . UUCP . >	$: $2 ! $1 < @ $j . >
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

_smtp_(`smtp', `SMTP', `mDFMuX')
_smtp_(`esmtp', `ESMTP', `mDFMuXa')
_smtp_(`smtp8', `SMTP8', `mDFMuX8')
_smtp_(`dsmtp', `DSMTP', `mDFMuXa%')
Mrelay, P=[IPC], F=_flags_(`RELAY', `mDFMuXa8', `RELAY_MAILER_FLAGS', `'), S=EnvFromSMTP/HdrFromSMTP, R=ifdef(`_ALL_MASQUERADE_', `MasqSMTP/MasqRelay', `MasqSMTP'), E=\r\n, L=RELAY_MAILER_LL,
	_field_(`C', `RELAY_MAILER_CHARSET')_field_(`m', `RELAY_MAILER_MAXMSGS')_field_(`r', `SMTP_MAILER_MAXRCPTS')T=DNS/RFC822/SMTP, _field_(`Q', `RELAY_MAILER_QGRP')A=RELAY_MAILER_ARGS
