divert(-1)
dnl A prefix of local recipients is taken off and noted as a flag in ${rcpt_flags}. Arguments: prefix, flag
ifelse(len(X`'_ARG_), `1', `errprint(`Feature "prefixmod" requires argument')')
ifelse(len(X`'_ARG2_), `1', `errprint(`Feature "prefixmod" requires two arguments')')
define(`_NEEDS_MACRO_MAP_')
PUSHDIVERT(3)
R _ARG_ $+ < @ $=w . >	$: $( macro {rcpt_flags} $@ _ARG2_ $) $1 < @ $2 . >
POPDIVERT
