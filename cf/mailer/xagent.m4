PUSHDIVERT(-1)
dnl Delivery through xagent
_default_(`XAGENT_MAILER_PATH', `/usr/lib/xagent')
POPDIVERT`'dnl
Mxagent, P=XAGENT_MAILER_PATH, F=DFMueXLn, S=11/31, R=21/31,
	T=DNS/RFC822/X-Unix, A=xagent $h $u, E=\n
