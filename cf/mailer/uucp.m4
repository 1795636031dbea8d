PUSHDIVERT(-1)
dnl uucp-old, uucp (one recipient at a time), uucp-new, suucp (several), uucp-dom, uucp-uudom (domain addresses)
ifdef(`_MAILER_smtp_', `', `errprint(`*** MAILER(`smtp') must appear before MAILER(`uucp')
    if uucp-dom should be included.
')')
_default_(`UUCP_MAILER_PATH', `/usr/bin/uux')
_default_(`UUCP_MAILER_ARGS', `uux - -r -a$g -gC $h!rmail ($u)')
_default_(`UUCP_MAILER_MAX', `100000')
define(`_uucp_', `M$1, P=UUCP_MAILER_PATH, F=_flags_(`UUCP', `$2', `UUCP_MAILER_FLAGS', `'), S=$3, R=$4,
	M=UUCP_MAILER_MAX, _field_(`C', `UUCP_MAILER_CHARSET')T=X-UUCP/X-UUCP/X-Unix, _field_(`Q', `UUCP_MAILER_QGRP')A=UUCP_MAILER_ARGS')
_rulesets_(`m4/mailer_uucp.m4')
POPDIVERT`'dnl
_uucp_(`uucp', `DFMhuUd', `FromU', `EnvToU/HdrToU')
_uucp_(`uucp-old', `DFMhuUd', `FromU', `EnvToU/HdrToU')
_uucp_(`suucp', `mDFMhuUd', `FromU', `EnvToU/HdrToU')
_uucp_(`uucp-new', `mDFMhuUd', `FromU', `EnvToU/HdrToU')
ifdef(`_MAILER_smtp_', `_uucp_(`uucp-dom', `mDFMhud', `EnvFromUD/HdrFromSMTP', `EnvToSMTP')
_uucp_(`uucp-uudom', `mDFMhud', `EnvFromUUD/HdrFromSMTP', `EnvToSMTP')')
