# ==================================================================== who may send what to whom
# An address as canonify and parse see it: for checks
SCanonAddr
R$*			$: $>Parse0 $>canonify $1

# The recipient without the dots behind its host, and without hosts that only pass it on
SParseRecipient
R$*			$: $>CanonAddr $1
R$* < @ $* . >		$1 < @ $2 >
R$* $=O $* < @ $* $=R >	$: $1 $2 $3 < @ $4 $5 > RELAY
ifdef(`_ACCESS_TABLE_', `dnl
R$* $=O $* < @ $+ >	$: $1 $2 $3 < @ $4 > $>AccessHost To $| $4
')dnl
ifdef(`_LOOSE_RELAY_CHECK_', `', `dnl
R$+ < @ $+ > RELAY	$@ $>ParseRecipient $1
')dnl
R$+ < @ $+ > $*		$@ $1 < @ $2 >

# ----- check_relay: host name $| address of the client
SLocal_check_relay
S`'ifdef(`_DELAY_CHECKS_', `checkrelay', `check_relay')
R$*			$: $1 $| $>Local_check_relay $1
R$* $| $#$*		$#$2
R$* $| $* $| $*		$@ $>Basic_check_relay $1 $| $2

SBasic_check_relay

R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
ifdef(`_ACCESS_TABLE_', `dnl
ifdef(`_CLIENT_PTR_', `dnl
R$+ $| $*		$: $&{client_ptr} $| $2
')dnl
R$+ $| $+		$: $1 $| $2 $| $>AccessHost Connect $| $1
R$* $| $+ $| ?		$: $1 $| $2 $| $>AccessAddress Connect $| $2
R$* $| $+ $| ?		$: $1 $| $2
R$* $| $+ $| $+		$@ $>AccessVerdict $3
')dnl
ifdef(`_RATE_CONTROL_', `ifdef(`_RATE_NODELAY_', `', `dnl
R$*			$: $1 $| $>RateControl
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')')dnl
ifdef(`_CONN_CONTROL_', `ifdef(`_CONN_NODELAY_', `', `dnl
R$*			$: $1 $| $>ConnControl
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')')dnl
undivert(20)dnl
undivert(8)dnl

# ----- check_mail: the sender
SLocal_check_mail
S`'ifdef(`_DELAY_CHECKS_', `checkmail', `check_mail')
R$*			$: $1 $| $>Local_check_mail $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>Basic_check_mail $1

SBasic_check_mail
ifdef(`_DELAY_CHECKS_', `', `dnl
R$*			$: $1 $| $>tls_client $&{verify} $| MAIL
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')dnl
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
R< >			$@ <OK>				the null sender
undivert(21)dnl
# state $| address. The states: OKR the domain exists, PERM it does not, TEMP nobody knows, NAME there is none
R$*			$: $1 $| $>CanonAddr $1
R$* $| $#$*		$: $1 $| unusable
R$* $| $* < @ $* . >	$1 $| $2 < @ $3 >
ifdef(`_ACCEPT_UNQUALIFIED_', `dnl
R$* $| $*		$: $2 $| OKR
', `dnl
R$* $| $*		$: $2 $| $>RealSender $1
')dnl
R$* $| REAL		$#error $@ 5.5.4 $: "553 Real domain name required for sender address"
ifdef(`_ACCEPT_UNRESOLVABLE_', `dnl
R$+ < @ $+ > $| OKR	$: OKR $| $1 < @ $2 >
', `dnl
R$+ < @ $* $=P > $| OKR	$: OKR $| $1 < @ $2 $3 >	a pseudo domain
R$+ < @ $+ > $| OKR	$: < $( resolve $2 $: $2 <PERM> $) > $| $1 < @ $2 >
R< $* < $={ResOk} > > $| $*	$: OKR $| $3
R< $* < $- > > $| $*	$: $2 $| $3
')dnl
R$* $| OKR		$: NAME $| $1 $| $&{daemon_flags}
R NAME $| $* $| $* u $*	$: OKR $| $1			flag u of a port: no domain needed
R NAME $| $* $| $*	$: NAME $| $1
ifdef(`_ACCEPT_UNQUALIFIED_', `dnl
R NAME $| $*		$: OKR $| $1
', `dnl
R NAME $| $*		$: < $&{client_addr} > NAME $| $1
R< > NAME $| $*		$: OKR $| $1			from a program on this host
R< $* > NAME $| $*	$: NAME $| $2
')dnl
ifdef(`_ACCESS_TABLE_', `dnl
R$- $| $*		$: $1 $| $2 $| $>AccessMailbox From $| $2
R$* $| $* $| ?		$: $1 $| $2
R$* $| $* $| $*		$: < $1 > $>AccessVerdict $3
R< $* > $#$*		$#$2
R< $* > $+		$#$2
')dnl
R TEMP $| $*		$#error $@ 4.1.8 $: "451 Domain of sender address " $&f " does not resolve"
R PERM $| $*		$#error $@ 5.1.8 $: "553 Domain of sender address " $&f " does not exist"
R NAME $| $*		$#error $@ 5.5.4 $: "553 Domain name required for sender address " $&f
undivert(22)dnl
R$- $| $*		$@ $2

ifdef(`_ACCEPT_UNQUALIFIED_', `', `
# The sender as it was written: REAL if its host is "localhost", or with flag f of a port any name without a dot, and the
# client is another host
SRealSender
R< $* >			$1
R$* @ $={Loopback}	$: < $&{daemon_flags} > $&{client_name}
R$* @ $-		$: < $&{daemon_flags} | > $&{client_name}
R< $* f $* | > $*	$: < $1 $2 > $3
R< $* | > $*		$@ OKR
R< $* u $* > $*		$@ OKR
R< $* >			$@ OKR
R< $* > $=w		$@ OKR
R< $* > $*		$@ REAL
R$*			$@ OKR
')dnl

# ----- check_rcpt: the recipient
SLocal_check_rcpt
S`'ifdef(`_DELAY_CHECKS_', `checkrcpt', `check_rcpt')
R$*			$: $1 $| $>Local_check_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>Basic_check_rcpt $1

SBasic_check_rcpt
R< >			$#error $@ nouser $: "553 User address required"
R@			$#error $@ nouser $: "553 User address required"
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
undivert(23)dnl
ifdef(`_PROMISCUOUS_RELAY_', `dnl
R$*			$@ $>Rcpt_ok $1
', `dnl
R$*			$: $1 $| $>Rcpt_ok $1
R$* $| $#$*		$#$2
R$* $| RELAY		$@ RELAY
R$* $| $*		$: $1
ifdef(`_BLOCK_BAD_HELO_', `ifdef(`_DELAY_CHECKS_', `', `dnl
R$*			$: $1 $| $>BadHelo
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')')dnl
R$*			$@ $>Relay_ok $1
')dnl

# Is the recipient one of ours, or one that we take mail for, or the client one that has proved who it is?
SRcpt_ok
R$*			$: $>ParseRecipient $1
ifdef(`_BLOCKLIST_RECIPIENTS_', `dnl
R$* < @ $=w >		$: $1 < @ $2 > $| $>AccessMailbox To $| $1 < @ $2 >
R$* < @ $+ >		$: $1 < @ $2 > $| $>AccessMailbox ! To $| $1 < @ $2 >
R$+			$: $1 $| $>AccessMailbox To $| $1
R$* $| $* $| $*		$: $1 $| $2			looked up once is enough
R$* $| ?		$: $1
R$* $| $={Accept}	$: $1
R$* $| REJECT		$#error $@ 5.2.1 $: confRCPTREJ_MSG
R$* $| $*		$: $>AccessVerdict $2
')dnl
ifdef(`_PROMISCUOUS_RELAY_', `', `dnl
# a client with a certificate that the access map trusts, or one that has authenticated
R$*			$: $1 $| $>RelayTLS
R$* $| RELAY		$#RELAY
R$* $| $#$*		$#$2
R$* $| $*		$: $1
R$*			$: $1 $| $>Local_Relay_Auth $&{auth_type}
R$* $| $#$*		$#$2
R$* $| NO		$: $1
R$* $| $*		$: $1 $| $&{auth_type}
R$* $| $={TrustAuthMech}	$#RELAY
R$* $| $*		$: $1
')dnl
ifdef(`_REJECT_UUCP_', `dnl
R$* ! $*		$@ $1 ! $2			routes only for who may relay
')dnl
ifdef(`_REJECT_PERCENT_', `dnl
R$* % $*		$@ $1 % $2			routes only for who may relay
')dnl
R$+ < @ $=w >		$@ RELAY
R$+ < @ _BELOW_ $=R >	$@ RELAY
ifdef(`_RELAY_ENTIRE_DOMAIN_', `dnl
R$+ < @ _BELOW_ $=m >	$@ RELAY
')dnl
ifdef(`_BESTMX_IS_LOCAL_', `dnl
R$+ < @ ifdef(`_BESTMX_SOME_', `$* $=B', `$+') >	$: < $( bestmx ifdef(`_BESTMX_SOME_', `$2 $3', `$2') $: $) > $1 < @ ifdef(`_BESTMX_SOME_', `$2 $3', `$2') >
R< $=w . > $*		$@ RELAY
R< $* > $+ < @ $+ >	$: $2 < @ $3 >
')dnl
ifdef(`_RELAY_MX_SERVED_', `dnl
R$+ < @ $+ >		$: < : $( mxserved $2 $) : > $1 < @ $2 >
R< $* < TEMP > : > $* < @ $+ >	$#error $@ 4.4.0 $: "450 Can not check MX records for recipient host " $3
R< $* : $=w . : $* > $*	$@ RELAY
R< $* > $*		$: $2
')dnl
ifdef(`_ACCESS_TABLE_', `dnl
R$+ < @ $+ >		$: $1 < @ $2 > $| $>AccessHost To $| $2
R$* $| RELAY		$@ RELAY
R$* $| $* < TMPF >	$#error $@ 4.3.0 $: _TMPF_MSG_
R$* $| $*		$: $1
')dnl
R$+ < @ $+ >		$@ $1 < @ $2 >
R$*			$@ RELAY			a user of this host

# May the client have its mail passed on? First by its address, then by its name if that can be trusted.
SRelay_ok
R$*			$: $&{client_addr}
R$@			$@ RELAY			a program on this host
R0			$@ RELAY
R127.0.0.1		$@ RELAY
RIPv6:0:0:0:0:0:0:0:1	$@ RELAY
RIPv6:::1		$@ RELAY
R$=R			$@ RELAY
R$=R . $*		$@ RELAY
R$=R : $*		$@ RELAY
ifdef(`_DRAC_', `dnl
R$+			$: $1 $| $( drac $1 $: NO $)
R$* $| NO		$: $1
R$* $| $*		$@ RELAY
')dnl
ifdef(`_ACCESS_TABLE_', `dnl
R$+			$: $1 $| $>AccessAddress Connect $| $1
R$* $| RELAY		$@ RELAY
R$* $| $* < TMPF >	$#error $@ 4.3.0 $: _TMPF_MSG_
R$* $| $*		$: $1
')dnl
ifdef(`_RELAY_LOCAL_FROM_', `dnl
# senders of ours
R$*			$: $1 $| $>CanonAddr $&f
R$* $| $+ < @ $=w . >	$@ RELAY
R$* $| $*		$: $1
')dnl
ifdef(`_RELAY_MAIL_FROM_', `dnl
# senders that the access map lets relay
R$*			$: $1 $| $>CanonAddr $&f
R$* $| $+ < @ $+ . >	$: $1 $| $2 < @ $3 >
R$* $| $+ < @ $+ >	$: $1 $| $2 < @ $3 > $| $>AccessUser = From $| $2 $| $3
ifdef(`_RELAY_MAIL_FROM_DOMAIN_', `dnl
R$* $| $+ < @ $+ > $| ?	$: $1 $| $2 < @ $3 > $| $>AccessHost = From $| $3
')dnl
R$* $| $* $| RELAY	$@ RELAY
R$* $| $* $| $* < TMPF >	$#error $@ 4.3.0 $: _TMPF_MSG_
R$* $| $*		$: $1
')dnl
R$+			$: [ $1 ]
R$=w			$@ RELAY
R$*			$: < $&{client_resolve} >
R< TEMP >		$#error $@ 4.4.0 $: "450 Relaying temporarily denied. Cannot resolve PTR record for " $&{client_addr}
R< FORGED >		$#error $@ 5.7.1 $: "550 Relaying denied. IP name possibly forged " $&{client_name}
R< FAIL >		$#error $@ 5.7.1 $: "550 Relaying denied. IP name lookup failed " $&{client_name}
R$*			$: $&{client_name}
R$* .			$1
R$=w			$@ RELAY
R`'_BELOW_ $=R		$@ RELAY
ifdef(`_RELAY_ENTIRE_DOMAIN_', `dnl
R`'_BELOW_ $=m		$@ RELAY
')dnl
ifdef(`_ACCESS_TABLE_', `dnl
R$+			$: $1 $| $>AccessHost Connect $| $1
R$* $| RELAY		$@ RELAY
R$* $| $* < TMPF >	$#error $@ 4.3.0 $: _TMPF_MSG_
')dnl
R$*			$#error $@ 5.7.1 $: confRELAY_MSG

# NO: what follows does not count; $#...: decided
SLocal_Relay_Auth

# Does the certificate of the client allow it? The access map has its issuer, and for SUBJECT its subject.
SRelayTLS
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $&{verify} $| $&{cert_issuer}
R OK $| $+		$: $>AccessKey CertIssuer $| $1
R RELAY			$@ RELAY
R SUBJECT		$: $>AccessKey CertSubject $| $&{cert_subject}
R RELAY			$@ RELAY
R$* < TMPF >		$#error $@ 4.3.0 $: _TMPF_MSG_
')dnl
R$*			$@ NO

# ----- trust_auth: may the client act as the address it gave with AUTH=?
SLocal_trust_auth
Strust_auth
R$*			$: < $&{auth_type} > $1
R< > $*			$#error $@ 5.7.1 $: "550 not authenticated"
R< $+ > $*		$: $2
R$&{auth_authen}	$@ identical
R< $&{auth_authen} >	$@ identical
R$* $| $&{auth_authen}	$@ identical
R$*			$: $1 $| $>Local_trust_auth $1
R$* $| $#$*		$#$2
R$*			$#error $@ 5.7.1 $: "550 " $&{auth_authen} " not allowed to act as " $&{auth_author}
