PUSHDIVERT(-1)
dnl Mail filtered by a file of recipes: the host of the triple is the file
ifdef(`_MAILER_smtp_', `', `errprint(`*** MAILER(`smtp') must appear before MAILER(`procmail')
')')
_default_(`PROCMAIL_MAILER_PATH', `/usr/local/bin/procmail')
_default_(`PROCMAIL_MAILER_ARGS', `procmail -Y -m $h $f $u')
POPDIVERT`'dnl
Mprocmail, P=PROCMAIL_MAILER_PATH, F=_flags_(`PROCMAIL', `DFM', `PROCMAIL_MAILER_FLAGS', `SPhnu9'), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP/HdrFromSMTP,
	_field_(`M', `PROCMAIL_MAILER_MAX')T=DNS/RFC822/X-Unix, _field_(`Q', `PROCMAIL_MAILER_QGRP')A=PROCMAIL_MAILER_ARGS
