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
_rulesets_(`m4/mailer_smtp.m4')
POPDIVERT`'dnl
_smtp_(`smtp', `SMTP', `mDFMuX')
_smtp_(`esmtp', `ESMTP', `mDFMuXa')
_smtp_(`smtp8', `SMTP8', `mDFMuX8')
_smtp_(`dsmtp', `DSMTP', `mDFMuXa%')
Mrelay, P=[IPC], F=_flags_(`RELAY', `mDFMuXa8', `RELAY_MAILER_FLAGS', `'), S=EnvFromSMTP/HdrFromSMTP, R=ifdef(`_ALL_MASQUERADE_', `MasqSMTP/MasqRelay', `MasqSMTP'), E=\r\n, L=RELAY_MAILER_LL,
	_field_(`C', `RELAY_MAILER_CHARSET')_field_(`m', `RELAY_MAILER_MAXMSGS')_field_(`r', `SMTP_MAILER_MAXRCPTS')T=DNS/RFC822/SMTP, _field_(`Q', `RELAY_MAILER_QGRP')A=RELAY_MAILER_ARGS
