PUSHDIVERT(-1)
dnl local: into a mailbox; prog: through a shell
_default_(`LOCAL_MAILER_PATH', `/bin/mail')
_default_(`LOCAL_MAILER_ARGS', `mail -d $u')
_default_(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `X-Unix')
_default_(`LOCAL_SHELL_PATH', `/bin/sh')
_default_(`LOCAL_SHELL_ARGS', `sh -c $u')
_default_(`LOCAL_SHELL_DIR', `$z:/')
_rulesets_(`m4/mailer_local.m4')
POPDIVERT`'dnl
Mlocal, P=LOCAL_MAILER_PATH, F=_flags_(`LOCAL', ifdef(`_NULL_CLIENT_', `lsDFM5q', `ifdef(`_MSP_', `lmDFMuXkw5', `lsDFMAw5:/|@q')'), `LOCAL_MAILER_FLAGS', `Prmn9'), S=ifdef(`_LOCAL_LMTP_', `EnvFromSMTP', `EnvFromL')/HdrFromL, R=EnvToL/HdrToL,
	_field_(`E', `LOCAL_MAILER_EOL')_field_(`M', `LOCAL_MAILER_MAX')_field_(`m', `LOCAL_MAILER_MAXMSGS')_field_(`r', `LOCAL_MAILER_MAXRCPTS')_field_(`C', `LOCAL_MAILER_CHARSET')T=DNS/RFC822/LOCAL_MAILER_DSN_DIAGNOSTIC_CODE, _field_(`Q', `LOCAL_MAILER_QGRP')A=LOCAL_MAILER_ARGS
Mprog, P=LOCAL_SHELL_PATH, F=_flags_(`SHELL', ifdef(`_MSP_', `lmDFMuXk5', `lsDFMoq'), `LOCAL_SHELL_FLAGS', `eu9'), S=EnvFromL/HdrFromL, R=EnvToL/HdrToL, D=LOCAL_SHELL_DIR,
	_field_(`M', `LOCAL_MAILER_MAX')T=X-Unix/X-Unix/X-Unix, A=LOCAL_SHELL_ARGS
