PUSHDIVERT(-1)
dnl user@newsgroup.USENET: the news
_default_(`USENET_MAILER_PATH', `/usr/lib/news/inews')
_default_(`USENET_MAILER_ARGS', `inews -m -h -n')
POPDIVERT`'dnl
Musenet, P=USENET_MAILER_PATH, F=_flags_(`USENET', `', `USENET_MAILER_FLAGS', `rsDFMmn'), S=EnvFromL, R=EnvToL,
	_field_(`M', `USENET_MAILER_MAX')T=X-Usenet/X-Usenet/X-Unix, _field_(`Q', `USENET_MAILER_QGRP')A=USENET_MAILER_ARGS $u
