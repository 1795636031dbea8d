PUSHDIVERT(-1)
dnl user@number.FAX
_default_(`FAX_MAILER_PATH', `/usr/bin/faxmail')
_default_(`FAX_MAILER_ARGS', `faxmail -d $u@$h $f')
_default_(`FAX_MAILER_MAX', `100000')
PUSHDIVERT(6)CPFAX
POPDIVERT
POPDIVERT`'dnl
Mfax, P=FAX_MAILER_PATH, F=DFMhu, S=14, R=24,
	M=FAX_MAILER_MAX, T=X-Phone/X-FAX/X-Unix, _field_(`Q', `FAX_MAILER_QGRP')A=FAX_MAILER_ARGS
