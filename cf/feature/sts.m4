divert(-1)
dnl MTA-STS: a map says what recipients' domains ask of their servers. Argument: the map; without one, a daemon at port 5461
define(`_STS_')
_map_(`sts 'ifelse(len(X`'_ARG_), `1', ``socket -d5 -T<TMPF> inet:5461@127.0.0.1'', `defn(`_ARG_')'))
_map_(`stsmatch regex -a: -s2 (match=)(.*)')
_map_(`stsname regex -a: -s1 (servername=.*)')
_map_(`stsnodane regex -m flags=[^;]*d')
define(`_NEEDS_MACRO_MAP_')
PUSHDIVERT(6)O StrictTransportSecurity=true
O SetCertAltnames=true
POPDIVERT
_rulesets_(`m4/sts.m4')
