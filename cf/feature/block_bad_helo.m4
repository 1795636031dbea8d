divert(-1)
dnl Clients that greet with a name without a dot, or with one of ours, are refused at the recipient. Not those that have
dnl authenticated, nor those of class R. Needs delayed checks.
define(`_BLOCK_BAD_HELO_')
PUSHDIVERT(5)C{R}127.0.0.1
C{R}IPv6:0:0:0:0:0:0:0:1 IPv6:::1
C{w}[127.0.0.1]
C{w}[IPv6:0:0:0:0:0:0:0:1] [IPv6:::1]
POPDIVERT
_rulesets_(`m4/badhelo.m4')
