divert(-1)
dnl Senders whose domain has an MX that cannot take mail back are refused. The argument is a regular expression for addresses
define(`_BAD_MX_')
_map_(`mxlist bestmx -z: -T<TEMP>')
_map_(`badmx regex -a<BADMX> ^(([0-9]{1,3}\.){3}[0-9]){0,1}\.$')
_map_(`dnsA dns -R A -a. -T<TEMP>')
_map_(`BadMXIP regex -a<BADMXIP> 'ifelse(len(X`'_ARG_), `1', ``^(127\.|10\.|0\.0\.0\.0)'', `defn(`_ARG_')'))
PUSHDIVERT(22)
R$- $| $* < @ $+ >	$: $1 $| $2 < @ $3 > $| $>BadMX $3
R$* $| $#$*		$#$2
R$- $| $* $| $*		$: $1 $| $2
POPDIVERT
_rulesets_(`m4/badmx.m4')
