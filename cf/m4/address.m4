# ==================================================================== addresses
# Inside these rules an address looks like  user < @ host >,  with a dot behind a host whose full name is known:
# user < @ host . domain . >. Canonify makes that of what people write, final makes it plain again.

# What is before a colon is the name of a list or a route, unless the colon belongs to the address itself.
SDropListName
R$* : $* [ $* ]		$@ $2 [ $3 ]			a colon before an address literal
R$* < $* > $*		$@ $1 < $2 > $3			the angle bracket says where the address is
R@ $*			$@ @ $1				a source route, see below
R$* [ IPv6 : $+ ]	$@ $1 [ IPv6 : $2 ]
R$* : : $*		$@ $1 : : $2			DECnet
R: include : $*		$@ : include : $1		a mailing list in a file
R$* : $*		$@ $2

Scanonify=3
R$@			$@ < @ >			nothing: the null sender
R$*			$: $>DropListName $1
R$* ;			$1				the end of a list
R$@			$@ : ; < @ >			... that had no members
# Only the innermost angle bracket counts
R$* < $* < $*		$2 < $3
R$* < $* > $*		$: < $2 >
R< >			$@ < @ >
R< $+ : ; >		$@ $1 : ; < @ >
R< $* ; >		$: < $1 >
R< $+ >			$: $1
# Source routes are not followed: the last hop is the address
R@ $+ , $+		$2
R@ [ $* ] : $+		$2
R@ $+ : $+		$2
# The host is behind the last "@"
R$* @ $*		$: $1 < @ $2 >
R$* < @ $* @ $* >	$1 @ $2 < @ $3 >
R$* < @ $* >		$@ $>Canonify2 $1 < @ $2 >
ifdef(`_NO_UUCP_', `', `dnl
# host!user: the host is one word, or a domain up to the first "!" behind a dot and a word, or what is before the first "!"
R$- ! $+		$@ $>Canonify2 $2 < @ $1 . UUCP >
R$+ . $- ! $+		$@ $>Canonify2 $3 < @ $1 . $2 >
R$+ ! $+		$: $2 < @ $1 . UUCP >
R$+ < @ $+ . . UUCP >	$: $1 < @ $2 . >	its full name, with the dot
R$+ < @ $+ >		$@ $>Canonify2 $1 < @ $2 >
')dnl
ifdef(`_DECNET_', `dnl
# node::user
R$- : : $+		$@ $>Canonify2 $2 < @ $1 . DECNET >
R$- . $- : : $+		$@ $>Canonify2 $3 < @ $1 . $2 . DECNET >
')dnl
ifdef(`_NO_PERCENTHACK_', `', `dnl
# user%host: the host is behind the last "%"
R$* % $*		$: $1 < @ $2 >
R$* < @ $* % $* >	$1 % $2 < @ $3 >
R$* < @ $* >		$@ $>Canonify2 $1 < @ $2 >
')dnl
R$*			$@ $>Canonify2 $1

# Full names of hosts. Names of this host and addresses of it become $j.
SCanonify2=96
R$* < @ $={Localhost} > $*	$: $1 < @ $j . > $3
R$* < @ [ $+ ] > $*	$: $1 < @ [ $2 ] $| > $3
R$* < @ $=w $| > $*	$: $1 < @ $j . > $3
R$* < @ $+ $| > $*	$@ $1 < @ $2 > $3		somebody elses address literal stays
ifdef(`_DOMAIN_TABLE_', `dnl
# the table of domains that have another name
R$* < @ $+ > $*		$: $1 < @ $( domaintable $2 $) > $3
')dnl
ifdef(`_BITDOMAIN_TABLE_', `dnl
R$* < @ $+ . BITNET > $*	$: $1 < @ $( bitdomain $2 $: $2 . BITNET $) > $3
')dnl
ifdef(`_UUDOMAIN_TABLE_', `dnl
R$* < @ $+ . UUCP > $*	$: $1 < @ $( uudomain $2 $: $2 . UUCP $) > $3
')dnl
undivert(2)dnl
# Names in class P are no domains of the name service. The dot is one of them: what ends in a dot is complete.
R$* < @ $* $=P > $*	$: $1 < @ $2 $3 . > $4
R$* < @ $* . . > $*	$1 < @ $2 . > $3
ifdef(`_NO_UUCP_', `', `dnl
ifdef(`_NO_CANONIFY_', `dnl
R$* < @ $+ . UUCP > $*	$: $1 < @ $2 . UUCP . > $3
', `dnl
R$* < @ $+ . UUCP > $*	$: $1 < @ $[ $2 $] . UUCP . > $3
R$* < @ $+ . . UUCP . > $*	$@ $1 < @ $2 . > $3		a host the name service knows
')dnl
')dnl
R$* < @ $* . > $*	$@ $1 < @ $2 . > $3
# Ask the name service; flag C of a port says not to, flag c to do it anyway
R$* < @ $+ > $*		$: $&{daemon_flags} $| $1 < @ $2 > $3
ifdef(`_NO_CANONIFY_', `dnl
R$* c $* $| $* < @ $+ > $*	$: $3 < @ $[ $4 $] > $5
ifdef(`_CANONIFY_SOME_', `dnl
R$* $| $* < @ $={Canonify} > $*	$: $2 < @ $[ $3 $] > $4
R$* $| $* < @ $* . $={Canonify} > $*	$: $2 < @ $[ $3 . $4 $] > $5
')dnl
ifdef(`_CANONIFY_HOSTS_', `dnl
R$* $| $* < @ $- > $*	$: $2 < @ $[ $3 $] > $4
')dnl
R$* $| $* < @ $+ . $+ > $*	$: $2 < @ $3 . $4 . > $5
R$* $| $*		$: $2
', `dnl
R$* CC $* $| $* < @ $+ > $*	$: $3 < @ $4 . > $5
R$* $| $* < @ $+ > $*	$: $2 < @ $[ $3 $] > $4
')dnl
# Domains we look after are complete whether or not the name service knows them
R$* < @ $=w > $*	$: $1 < @ $2 . > $3
R$* < @ $=M > $*	$: $1 < @ $2 . > $3
ifdef(`_MASQUERADE_ENTIRE_DOMAIN_', `dnl
R$* < @ $+ . $=M > $*	$: $1 < @ $2 . $3 . > $4
')dnl
ifdef(`_VIRTHOSTS_', `dnl
R$* < @ $={VirtHost} > $*	$: $1 < @ $2 . > $3
ifdef(`_VIRTUSER_ENTIRE_DOMAIN_', `dnl
R$* < @ $+ . $={VirtHost} > $*	$: $1 < @ $2 . $3 . > $4
')dnl
')dnl
R$* < @ $=G > $*	$: $1 < @ $2 . > $3
ifdef(`_GENERICS_ENTIRE_DOMAIN_', `dnl
R$* < @ $+ . $=G > $*	$: $1 < @ $2 . $3 . > $4
')dnl
R$* < @ $* . . > $*	$1 < @ $2 . > $3

# Back to what other hosts can read
Sfinal=4
R$+ : ; < @ >		$@ $1 :				an empty list
R$* < @ >		$@				the null sender
R$* < @ $* . > $*	$1 < @ $2 > $3
R$* < @ *LOCAL* > $*	$1 < @ $j > $2
R$* < $* > $*		$: $1 < $2 > $3
ifdef(`_NO_UUCP_', `', `dnl
R$+ < @ $- . UUCP >	$@ $2 ! $1
')dnl
ifdef(`_DECNET_', `dnl
R$+ < @ $- . DECNET >	$@ $2 : : $1
R$+ < @ $- . $- . DECNET >	$@ $2 . $3 : : $1
')dnl
R$* < $* > $*		$1 $2 $3

# From the start: what a table gave in place of an address
SRecurse=97
R$*			$: $>canonify $1
R$*			$@ $>parse $1
