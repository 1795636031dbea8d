# ==================================================================== delivery
# parse makes of an address where it goes: $#mailer $@host $:user
Sparse=0
R$*			$: $>Parse0 $1			is it an address at all?
R< @ >			$#_LOCAL_ $: < @ >		errors about errors
R$*			$: $>ParseLocal $1		what the .mc says
R$*			$: $>Parse1 $1

# Refuses what cannot be delivered, and takes off what is ours until a foreign host or a plain user is left
SParse0
R< @ >			$@ < @ >
R$* : $* ; < @ >	$#error $@ 5.1.3 $: "553 List:; syntax illegal for recipient addresses"
R$+ < @ >		$#error $@ 5.1.3 $: "553 Hostname required"
R< @ $+ >		$#error $@ 5.1.3 $: "553 User address required"
R$* < @ . $* >		$#error $@ 5.1.2 $: "553 Invalid host name"
R$* < @ $* . . $* >	$#error $@ 5.1.2 $: "553 Invalid host name"
R$* @ $* < @ $+ >	$#error $@ 5.1.3 $: "553 Invalid route address"
R$* < @ [ $* ] >	$@ $1 < @ [ $2 ] >
R$* < @ [ $* ] $+ >	$#error $@ 5.1.2 $: "553 Invalid address"
R$* < @ $* : $* >	$#error $@ 5.1.3 $: "553 Colon illegal in host name part"
R$* < @ *LOCAL* >	$: $1
R$- < @ $=w . >		$: $( dequote $1 $) < @ $2 . >
R< @ $=w . >		$#error $@ 5.1.3 $: "553 User address required"
R$* $=O $* < @ $=w . >	$@ $>Parse0 $>canonify $1 $2 $3
R$-			$: $| $( dequote $1 $)
R$|			$#error $@ 5.1.3 $: "553 User address required"
R$| $* $=O $*		$@ $>Parse0 $>canonify $1 $2 $3
R$| $*			$: $1

SParseLocal=98
undivert(3)dnl

SParse1
ifdef(`_LDAP_ROUTING_', `dnl
# Where the directory says that mail of these domains goes
R$+ < @ $={LDAPRoute} . >	$: $1 < @ $2 . > $| $>LDAPExpand $1 @ $2
ifdef(`_LDAP_EQUIVALENT_', `dnl
R$+ < @ $={LDAPRouteEquiv} . >	$: $1 < @ $2 . > $| $>LDAPExpand $1 @ $M
')dnl
ifdef(`_LDAP_TEMPFAIL_', `dnl
R$* $| TEMP		$: $1 $| TEMP $| $&{opMode}
R$* $| TEMP $| $={SMTPOpModes}	$#error $@ 4.3.0 $: _TMPF_MSG_
R$* $| TEMP $| $*	$: $1
')dnl
R$* $| TEMP		$: $1
ifdef(`_LDAP_BOUNCE_', `dnl
R$* $| $|		$#error $@ nouser $: "550 User unknown"
')dnl
R$* $| $* $| $=w	$: $1 $| $2 $|			the mail host is this one
R$* $| $+ $| $+		$#_RELAY_ $@ $3 $: $>canonify $2
R$* $| $| $+		$#_RELAY_ $@ $2 $: $1
R$* $| $+ $|		$: $>canonify $2
R$* $| $|		$: $1
')dnl
ifdef(`_MAILER_smtp_', `dnl
# Address literals of others: to the smart host if there is one, with the mailer it names
R$* < @ [ $+ ] > $*	$: < $S > $1 < @ [ $2 ] > $3
R< > $* < @ [ $+ ] > $*	$#_SMTP_ $@ [ $2 ] $: $1 < @ [ $2 ] > $3
R< $- : $+ > $* < @ [ $+ ] > $*	$#$1 $@ $2 $: $3 < @ [ $4 ] > $5
R< $+ > $* < @ [ $+ ] > $*	$#_SMTP_ $@ $1 $: $2 < @ [ $3 ] > $4
')dnl
ifdef(`_VIRTUSER_TABLE_', `dnl
# Virtual users
ifdef(`_VIRTHOSTS_', `dnl
R$+ < @ $={VirtHost} . >	$: $1 < @ $2 . > $| $>VirtUser $1 < @ $2 >
ifdef(`_VIRTUSER_ENTIRE_DOMAIN_', `dnl
R$+ < @ $* . $={VirtHost} . >	$: $1 < @ $2 . $3 . > $| $>VirtUser $1 < @ $2 . $3 >
')dnl
')dnl
R$+ < @ $=w . >		$: $1 < @ $2 . > $| $>VirtUser $1 < @ $2 >
R$* $| !		$: $1
R$* $| error : $- . $- . $- : $*	$#error $@ $2 . $3 . $4 $: $5
R$* $| error : $- $+	$#error $@ $( dequote $2 $) $: $3
R$* $| $+		$: $>Recurse $2
')dnl
# Our own hosts
ifdef(`_STICKY_HOST_', `dnl
R$+ < @ $=w . >		$: $>MailerToTriple < $H > $1 < @ $2 . >
R$+ + $* < @ $=w . >	$#_LOCAL_ $: $1 + $2
R$+ < @ $=w . >		$#_LOCAL_ $: @ $1		"@": not to LOCAL_RELAY, see localaddr
', `dnl
R$=L < @ $=w . >	$#_LOCAL_ $: @ $1		users whose mail stays here
R$+ < @ $=w . >		$#_LOCAL_ $: $1
')dnl
ifdef(`_BESTMX_IS_LOCAL_', `dnl
# Domains whose best MX is this host
ifdef(`_BESTMX_SOME_', `dnl
R$+ < @ $* $=B . >	$: < $( bestmx $2 $3 . $: $) > $1 < @ $2 $3 . >
', `dnl
R$+ < @ $+ >		$: < $( bestmx $2 $: $) > $1 < @ $2 >
')dnl
R< $=w . > $* $=O $* < @ $+ >	$@ $>Recurse $2 $3 $4
R< $=w . > $+ < @ $+ >	$#_LOCAL_ $@ $: $2
R< $* > $+ < @ $+ >	$: $2 < @ $3 >
')dnl
ifdef(`_MAILER_TABLE_', `dnl
# Domains with a mailer of their own
R$+ < @ $+ . >		$: $1 < @ $2 . > $| $2
R$+ < @ $+ >		$: $1 < @ $2 > $| $2
R$+ $| $+		$: $>Mailertable < $2 > $1
')dnl
undivert(4)dnl
ifdef(`_MAILER_uucp_', `dnl
# UUCP neighbours
R$* < @ $=Z . UUCP . > $*	$#uucp-uudom $@ $2 $: $1 < @ $2 . UUCP . > $3
R$* < @ $=Y . UUCP . > $*	$#uucp-new $@ $2 $: $1 < @ $2 . UUCP . > $3
R$* < @ $=U . UUCP . > $*	$#uucp-old $@ $2 $: $1 < @ $2 . UUCP . > $3
')dnl
ifdef(`_UUCP_CLASS_V_', `dnl
R$* < @ $=V . UUCP . > $*	$: $>MailerToTriple < $V > $1 < @ $2 . UUCP . > $3
')dnl
ifdef(`_UUCP_CLASS_W_', `dnl
R$* < @ $=W . UUCP . > $*	$: $>MailerToTriple < $W > $1 < @ $2 . UUCP . > $3
')dnl
ifdef(`_UUCP_CLASS_X_', `dnl
R$* < @ $=X . UUCP . > $*	$: $>MailerToTriple < $X > $1 < @ $2 . UUCP . > $3
')dnl
ifdef(`UUCP_RELAY', `dnl
R$* < @ $+ . UUCP . > $*	$: $>MailerToTriple < $Y > $1 < @ $2 . UUCP . > $3
', `ifdef(`_MAILER_uucp_', `dnl
R$* < @ $+ . UUCP . > $*	$#_UUCP_ $@ $2 $: $1 < @ $2 . UUCP . > $3
')')dnl
ifdef(`BITNET_RELAY', `dnl
R$* < @ $+ . BITNET . > $*	$: $>MailerToTriple < $B > $1 < @ $2 . BITNET . > $3
')dnl
ifdef(`DECNET_RELAY', `dnl
R$* < @ $+ . DECNET . > $*	$: $>MailerToTriple < $C > $1 < @ $2 . DECNET . > $3
')dnl
ifdef(`_MAILER_fax_', `dnl
R$+ < @ $+ . FAX . > $*	$#fax $@ $2 $: $1 $3
', `ifdef(`FAX_RELAY', `dnl
R$* < @ $+ . FAX . > $*	$: $>MailerToTriple < $F > $1 < @ $2 . FAX . > $3
')')dnl
ifdef(`_MAILER_pop_', `dnl
R$+ < @ POP. >		$#pop $: $1
')dnl
undivert(1)dnl
# Everybody else
R$* < @ $* > $*		$: $>MailerToTriple < $S > $1 < @ $2 > $3
ifdef(`_MAILER_smtp_', `dnl
R$* < @ $* > $*		$#_SMTP_ $@ $2 $: $1 < @ $2 > $3
', `dnl
R$* < @ $* > $*		$#error $@ 5.1.2 $: "553 Unrecognized host name " $2
')dnl
# A user of this host
R$=L			$#_LOCAL_ $: @ $1
R$+			$#_LOCAL_ $: $1

# < mailer : host > address: the triple; < host > alone goes by the relay mailer, < > nowhere
SMailerToTriple=95
R< > $*			$@ $1
R< error : $- . $- . $- : $+ > $*	$#error $@ $1 . $2 . $3 $: $4
R< error : $+ > $*	$#error $: $1
R< local : $* > $* $=O $* < @ $+ >	$@ $>Recurse $2 $3 $4	a route through us
R< local : $* > $*	$: < $1 > $| $>LocalUser $2
R< > $| $* $| $*	$#_LOCAL_ $@ $1 $: $2
R< $- @ $+ > $| $* $| $*	$#_LOCAL_ $@ $3 $: $1
R< $+ > $| $* $| $*	$#_LOCAL_ $@ $2 $: $1
R< $- : $- @ $+ > $*	$#$1 $@ $3 $: $2 < @ $3 >
R< $- : $+ > $*		$#$1 $@ $2 $: $3
R< $+ > $*		$#_RELAY_ $@ $1 $: $2

# address: what the local mailer is told of it, and the user: user @ host $| user
SLocalUser
R$+ < @ $+ . >		$@ $1 @ $2 $| $1
R$+ < @ $+ >		$@ $1 @ $2 $| $1
R$*			$@ $1 $| $1

# What the local mailer does with a user that is no alias
SLocal_localaddr
Slocaladdr=5
R$*			$: $1 $| $>Local_localaddr $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_PRESERVE_LUSER_HOST_', `dnl
# {Host} is the host this was for. A detail in its place: we have been here before, and {Host} is from then.
R$*			$: $1 $| $&h
R$* $| + $*		$: $1
R$* $| @ $*		$: $1 $| $2
R$* $| $+		$: $( macro {Host} $@ @$2 $) $1
R$* $|			$: $( macro {Host} $) $1
')dnl
ifdef(`_PRESERVE_LOCAL_PLUS_DETAIL_', `', `dnl
# user+detail: try the alias user+*, then user
R$+ + *			$#_LOCAL_ $@ $&h $: $1
R$+ + $*		$#_LOCAL_ $@ + $2 $: $1 + *
')dnl
ifdef(`LUSER_RELAY', `dnl
# users that do not exist
R$+			$: $( user $1 $) $| $1
R$* < > $| $+		$: $2
ifdef(`_PRESERVE_LUSER_HOST_', `dnl
R$+ $| $+		$: $>LuserHost $2 $&{Host} $| $&h
', `dnl
R$+ $| $+		$: $>ToRelay < $L > $2
')dnl
')dnl
# users without an account here
R$+			$: $>ToRelay < ifdef(`MAIL_HUB', `$H', `$R') > $1

ifdef(`_PRESERVE_LUSER_HOST_', `
# user or user@host $| +detail or anything else: to LUSER_RELAY, with the host if there is one
SLuserHost
R$* @ $* $| + $*	$: $1 + $3 @ $2
R$* $| + $*		$: $1 + $2
R$* $| $*		$: $1
R$+ @ $*		$@ $>MailerToTriple < $L > $1 < @ $2 >
R$*			$@ $>ToRelay < $L > $1
')dnl

# < mailer:host > user: to the host, as user@host
SToRelay
R< > $+			$@ $1
R< local : $* > $+	$@ $>MailerToTriple < local : $1 > $2
R< $- : $+ > $+		$@ $>MailerToTriple < $1 : $2 > $3 < @ $2 >
R< $+ > $+		$@ $>MailerToTriple < $1 > $2 < @ $1 >
ifdef(`_VIRTUSER_TABLE_', `
# user < @ domain >: the address in the table, "!" if it has none. The table sees the user as %1, a detail as %2 and,
# with its plus sign, as %3.
SVirtUser
R$+ < @ $+ >		$: $( virtuser $1@$2 $@ $1 $: ! $) $| $1 < @ $2 >
R! $| $+ + $+ < @ $+ >	$: $( virtuser $1++@$3 $@ $1 $@ $2 $@ +$2 $: ! $) $| $1 + $2 < @ $3 >
R! $| $+ + $* < @ $+ >	$: $( virtuser $1+*@$3 $@ $1 $@ $2 $@ +$2 $: ! $) $| $1 + $2 < @ $3 >
R! $| $+ + $* < @ $+ >	$: $( virtuser $1@$3 $@ $1 $@ $2 $@ +$2 $: ! $) $| $1 + $2 < @ $3 >
R! $| $+ + $+ < @ $+ >	$: $( virtuser ++@$3 $@ $1 $@ $2 $@ +$2 $: ! $) $| $1 + $2 < @ $3 >
R! $| $+ + $* < @ $+ >	$: $( virtuser +*@$3 $@ $1 $@ $2 $@ +$2 $: ! $) $| $1 + $2 < @ $3 >
R! $| $+ + $* < @ $+ >	$@ $( virtuser @$3 $@ $1 $@ $2 $@ +$2 $: ! $)
R! $| $+ < @ $+ >	$@ $( virtuser @$2 $@ $1 $: ! $)
R$* $| $*		$@ $1
')dnl
ifdef(`_MAILER_TABLE_', `
# < host > address: the triple that the table has for the host, .parent ... or ".", or the address as it was
SMailertable=90
R< $+ > $*		$: $( mailertable $1 $: ! $) $| < $1 > $2
R! $| < $- . $+ > $*	$@ $>MailertableParent $1 < $2 > $3
R! $| < $+ > $*		$: $( mailertable . $@ $1 $: ! $) $| < $1 > $2
R! $| < $+ > $*		$@ $2
R$+ $| < $+ > $*	$@ $>MailerToTriple < $1 > $3

SMailertableParent
R$+ < $+ > $*		$: $( mailertable .$2 $@ $1 $: ! $) $| $1 < $2 > $3
R! $| $+ < $- . $+ > $*	$@ $>MailertableParent $1 . $2 < $3 > $4
R! $| $+ < $+ > $*	$: $( mailertable . $@ $1.$2 $: ! $) $| $1 < $2 > $3
R! $| $+ < $+ > $*	$@ $3
R$+ $| $+ < $+ > $*	$@ $>MailerToTriple < $1 > $4
')dnl
