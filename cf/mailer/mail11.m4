PUSHDIVERT(-1)
dnl DECnet: node::user
_default_(`MAIL11_MAILER_PATH', `/usr/etc/mail11')
_default_(`MAIL11_MAILER_ARGS', `mail11 $g $x $h $u')
PUSHDIVERT(6)CPDECNET
POPDIVERT
POPDIVERT`'dnl
# DECnet
SMail11To
R$+			$: $>EnvToL $1
SMail11From
R$+			$: $>EnvFromL $1

Mmail11, P=MAIL11_MAILER_PATH, F=_flags_(`MAIL11', `', `MAIL11_MAILER_FLAGS', `nsFx'), S=Mail11From, R=Mail11To,
	T=DNS/X-DECnet/X-Unix, _field_(`Q', `MAIL11_MAILER_QGRP')A=MAIL11_MAILER_ARGS
