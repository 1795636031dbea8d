PUSHDIVERT(-1)
dnl SMTP through ssh, to sendmail -bs on the other host
ifdef(`SSH_MAILER_USER', `', `errprint(`*** SSH_MAILER_USER must be defined before MAILER(`ssh').
')')
ifdef(`SSH_MAILER_DIR', `', `errprint(`*** SSH_MAILER_DIR must be defined before MAILER(`ssh').
')')
_default_(`SSH_MAILER_PATH', `/usr/bin/ssh')
_default_(`SSH_MAILER_ARGS', `ssh -o BatchMode=yes -o EscapeChar=none  -- $h /usr/sbin/sendmail -bs')
POPDIVERT`'dnl
Mssh, P=SSH_MAILER_PATH, F=_flags_(`SSH', `mDFMuX', `SSH_MAILER_FLAGS', `'), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\r\n, L=990,
	_field_(`M', `SSH_MAILER_MAX')T=DNS/RFC822/SMTP, _field_(`Q', `SSH_MAILER_QGRP')U=SSH_MAILER_USER, D=SSH_MAILER_DIR,
	A=SSH_MAILER_ARGS
