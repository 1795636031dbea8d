PUSHDIVERT(-1)
dnl Mailboxes of Cyrus; cyrusbb: bulletin boards
_default_(`CYRUS_MAILER_PATH', `/usr/sbin/cyrdeliver')
_default_(`CYRUS_MAILER_USER', `cyrus:mail')
_default_(`CYRUS_MAILER_ARGS', `cyrdeliver -e -m $h -- $u')
_default_(`CYRUS_BB_MAILER_ARGS', `cyrdeliver -e -m $u')
POPDIVERT`'dnl
Mcyrus, P=CYRUS_MAILER_PATH, F=_flags_(`CYRUS', `lsDFMnPq', `CYRUS_MAILER_FLAGS', `Ah5@/:|'), S=EnvFromL, R=EnvToL/HdrToL,
	_field_(`M', `CYRUS_MAILER_MAX')U=CYRUS_MAILER_USER, T=DNS/RFC822/X-Unix, _field_(`Q', `CYRUS_MAILER_QGRP')A=CYRUS_MAILER_ARGS
Mcyrusbb, P=CYRUS_MAILER_PATH, F=_flags_(`CYRUS', `lsDFMnP', `CYRUS_BB_MAILER_FLAGS', `u'), S=EnvFromL, R=EnvToL/HdrToL,
	_field_(`M', `CYRUS_MAILER_MAX')U=CYRUS_MAILER_USER, T=DNS/RFC822/X-Unix, _field_(`Q', `CYRUS_MAILER_QGRP')A=CYRUS_BB_MAILER_ARGS
