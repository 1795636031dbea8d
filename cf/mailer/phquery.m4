PUSHDIVERT(-1)
dnl Users looked up in a CSO name server
_default_(`PH_MAILER_PATH', `/usr/local/etc/phquery')
_default_(`PH_MAILER_ARGS', `phquery -- $u')
POPDIVERT`'dnl
Mph, P=PH_MAILER_PATH, F=_flags_(`PH', `nrDFM', `PH_MAILER_FLAGS', `ehmu'), S=EnvFromL, R=EnvToL/HdrToL,
	T=DNS/RFC822/X-Unix, _field_(`Q', `PH_MAILER_QGRP')A=PH_MAILER_ARGS
