
# ----- LDAPExpand: user @ host: its routing address $| its mail host, either of which may be missing, or TEMP
SLDAPExpand
R$*			$: $1 $| $( ldapmra $1 $: $) $| $( ldapmh $1 $: $)
R$* $| $* < TMPF > $*	$@ TEMP
ifdef(`_LDAP_STRIP_', `dnl
R$+ + $* @ $+ $| $|	$@ $>LDAPExpand $1 @ $3
')dnl
ifdef(`_LDAP_PRESERVE_', `dnl
R$+ + $* @ $+ $| $|	$: + $2 $| $>LDAPExpand $1 @ $3
R+ $* $| $+ @ $+ $| $*	$@ $2 + $1 @ $3 $| $4
R+ $* $| $*		$@ $2
')dnl
ifdef(`_LDAP_NO_DOMAIN_', `', `dnl
R$+ @ $+ $| $|		$@ $>LDAPExpand @ $2
')dnl
R$* $| $* $| $*		$@ $2 $| $3
