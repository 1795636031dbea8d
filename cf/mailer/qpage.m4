PUSHDIVERT(-1)
dnl Pagers
_default_(`QPAGE_MAILER_PATH', `/usr/local/bin/qpage')
_default_(`QPAGE_MAILER_ARGS', `qpage -l0 -m -P$u')
_default_(`QPAGE_MAILER_MAX', `4096')
POPDIVERT`'dnl
Mqpage, P=QPAGE_MAILER_PATH, F=_flags_(`QPAGE', `', `QPAGE_MAILER_FLAGS', `mDFMs'),
	M=QPAGE_MAILER_MAX, T=DNS/RFC822/X-Unix, _field_(`Q', `QPAGE_MAILER_QGRP')A=QPAGE_MAILER_ARGS
