PUSHDIVERT(-1)
dnl user@POP: into a drop of MH
_default_(`POP_MAILER_PATH', `/usr/lib/mh/spop')
_default_(`POP_MAILER_ARGS', `pop $u')
PUSHDIVERT(6)CPPOP
POPDIVERT
POPDIVERT`'dnl
Mpop, P=POP_MAILER_PATH, F=_flags_(`POP', `lsDFMq', `POP_MAILER_FLAGS', `Penu'), S=EnvFromL, R=EnvToL/HdrToL,
	T=DNS/RFC822/X-Unix, _field_(`Q', `POP_MAILER_QGRP')A=POP_MAILER_ARGS
