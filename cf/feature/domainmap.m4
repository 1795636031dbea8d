divert(-1)
dnl A domain whose users are all in a map. Arguments: the domain, its map
define(`_domain_map_', `domain_`'translit(`$1', `.', `_')')
PUSHDIVERT(6)K`'_domain_map_(_ARG_) _ARG2_
C{MappedDomain} _ARG_
POPDIVERT
PUSHDIVERT(3)
R$* $=O $* < @ _ARG_ . >	$@ $>Recurse $1 $2 $3	a route through us
R$* < @ _ARG_ . >	$: $1 < @ _ARG_ . > $| $>UserOfDetail $1
R$* < @ _ARG_ . > $| $*	$: < $( _domain_map_(_ARG_) $2 $: NOUSER $) > $1 < @ _ARG_ . >
R< $* < TEMP > > $* < @ _ARG_ . >	$#error $@ 4.3.0 $: "451 Temporary system failure. Please try again later."
R< NOUSER > $* < @ _ARG_ . >	$#error $@ 5.1.1 $: "550 email address lookup in domain map failed"
R< $+ > $* < @ _ARG_ . >	$: $>Recurse $1
POPDIVERT
ifdef(`_DOMAIN_MAP_', `', `define(`_DOMAIN_MAP_')_rulesets_(`m4/domainmap.m4')')
