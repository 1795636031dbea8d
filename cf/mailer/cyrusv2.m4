PUSHDIVERT(-1)
dnl Mailboxes of Cyrus by LMTP
_default_(`CYRUSV2_MAILER_ARGS', `FILE /var/run/cyrus/socket/lmtp')
POPDIVERT`'dnl
Mcyrusv2, P=[IPC], F=_flags_(`CYRUSV2', `lsDFMnqXz', `CYRUSV2_MAILER_FLAGS', `A@/:|m'),
	S=EnvFromSMTP/HdrFromL, R=EnvToL/HdrToL, E=\r\n,
	_field_(`m', `CYRUSV2_MAILER_MAXMSGS')_field_(`r', `CYRUSV2_MAILER_MAXRCPTS')_field_(`C', `CYRUSV2_MAILER_CHARSET')T=DNS/RFC822/SMTP, _field_(`Q', `CYRUSV2_MAILER_QGRP')A=CYRUSV2_MAILER_ARGS
