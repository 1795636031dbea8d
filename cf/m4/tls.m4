# ==================================================================== TLS and what is offered to whom
ifdef(`_ACCESS_TABLE_', `dnl
C{Tls}VERIFY ENCR
C{TlsVerified}OK TRUSTED

# tag $| name $| address: what the access map has for the host, its address, or everybody
SAccessPeer
R$* $| $* $| $*		$: $1 $| $3 $| $>AccessHost $1 $| $2
R$* $| $* $| ?		$: $1 $| $2 $| $>AccessAddress $1 $| $2
R$* $| $* $| ?		$: $1 $| $2 $| $>AccessKey $1 $|
R$* $| $* $| $*		$@ $3
')dnl

# ----- tls_server: ${verify} of a server we are connected to; tls_client: ${verify} of a client $| the command
ifdef(`_HOOK_tls_server_', `', `dnl
SLocal_tls_server
')dnl
Stls_server
R$*			$: $1 $| $>Local_tls_server $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $( macro {TLS_Name} $@ $&{server_name} $) $1
R$*			$: $1 $| $>AccessPeer TLS_Srv $| $&{server_name} $| $&{server_addr}
R$* $| $* < TMPF >	$: $1 $| ?			8.18.2 goes on when the map cannot be read
R$*			$@ $>TLS_connection $1
', `dnl
R$*			$@ $>TLS_connection $1 $| ?
')dnl

ifdef(`_HOOK_tls_client_', `', `dnl
SLocal_tls_client
')dnl
Stls_client
R$*			$: $1 $| $>Local_tls_client $1
R$* $| $#$*		$#$2
R$* $| $* $| $*		$: $1
R$* $| $*		$: $1
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $( macro {TLS_Name} $@ $&{client_name} $) $1
R$*			$: $1 $| $>AccessPeer TLS_Clt $| $&{client_name} $| $&{client_addr}
R$* $| $* < TMPF >	$: $1 $| ?			8.18.2 goes on when the map cannot be read
R$*			$@ $>TLS_connection $1
', `dnl
R$*			$@ $>TLS_connection $1 $| ?
')dnl

# ----- tls_rcpt: a recipient, before it is sent to a server
ifdef(`_HOOK_tls_rcpt_', `', `dnl
SLocal_tls_rcpt
')dnl
Stls_rcpt
R$*			$: $1 $| $>Local_tls_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_STS_', `dnl
R$*			$: $1 $| $>STS_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$: $( macro {sts_status} $@ $2 $) $1
')dnl
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $( macro {TLS_Name} $@ $&{server_name} $) $1
R$+			$: $>CanonAddr $1
R$+ < @ $+ . >		$1 < @ $2 >
R$+			$: $1 $| $>AccessMailbox TLS_Rcpt $| $1
R$* $| ?		$: $1 $| $>AccessKey TLS_Rcpt $|
R$* $| ?		$: ?
R$* $| $+		$@ $>TLS_connection $&{verify} $| $2
')dnl
R$*			$: $&{verify}
R DANE_FAIL		$#error $@ 4.7.0 $: "454 DANE check failed."
R DANE_TEMP		$#error $@ 4.7.0 $: "454 DANE check failed temporarily."
R DANE_NOTLS		$#error $@ 4.7.0 $: "454 DANE: missing STARTTLS."
R$*			$@ OK

# ${verify} $| what is asked of the connection, or "?":  [PERM+|TEMP+] VERIFY|ENCR [:bits] [+more[++more ...]]
STLS_connection
R SOFTWARE $| ?		$#error $@ 4.7.0 $: "454 TLS handshake failed."
R PROTOCOL $| ?		$#error $@ 4.7.0 $: "454 STARTTLS failed."
R CONFIG $| ?		$#error $@ 4.7.0 $: "454 TLS temporarily not available."
R$* $| ?		$@ OK
R$* $| $* < TMPF >	$#error $@ 4.3.0 $: _TMPF_MSG_
ifdef(`_ACCESS_TABLE_', `dnl
# the code of a refusal first
R$* $| PERM + $*	$: < 554 > $1 $| $2
R$* $| TEMP + $*	$: < 454 > $1 $| $2
R$- $| $*		$: < ifdef(`TLS_PERM_ERR', `554', `454') > $1 $| $2
R$| $*			$: < ifdef(`TLS_PERM_ERR', `554', `454') > $| $1
R< $- > $* $| $={Tls} : $- $*	$: < $1 > $>TLS_lacks $2 $| $3 $| $4 $| $5
R< $- > $* $| $={Tls} $*	$: < $1 > $>TLS_lacks $2 $| $3 $| 0 $| $4
R< $- > $* $| $*	$@ $>TLS_connection $2 $| ?	asks for nothing we know
R< 454 > $+		$#error $@ 4.7.0 $: 454 $1
R< 554 > $+		$#error $@ 5.7.0 $: 554 $1
R$*			$@ OK

# requirement ++ requirement ...: the first that the certificate does not meet, in words; nothing if it meets all
STLS_req
R$* + + $+		$: < $1 > $2
R$+			$: < $1 >
R$* < CN > $*		$: < CN : $&{TLS_Name} > $2
R< CN : $&{cn_subject} > $*	$: < > $1
ifdef(`_CERT_ALTNAMES_', `dnl
R< CN : $={cert_altnames} > $*	$: < > $2
')dnl
R< CN : $* > $*		$@ " CN " $&{cn_subject} " does not match " $1
R< CS : $&{cert_subject} > $*	$: < > $1
R< CS : $* > $*		$@ " Cert Subject " $&{cert_subject} " does not match " $1
R< CI : $&{cert_issuer} > $*	$: < > $1
R< CI : $* > $*		$@ " Cert Issuer " $&{cert_issuer} " does not match " $1
R< CITag : $- > $*	$: < $2 > $| $>AccessKey $1 $| $&{cert_issuer}
R< $* > $| OK		$: < > $1
R< $* > $| $*		$@ " Cert Issuer " $&{cert_issuer} " not acceptable"
R< > $+			$@ $>TLS_req $1
R$*			$@
')dnl

ifdef(`_ACCESS_TABLE_', `define(`_TLS_LACKS_')', `ifdef(`_STS_', `define(`_TLS_LACKS_')
C{TlsVerified}OK TRUSTED
')')dnl
ifdef(`_TLS_LACKS_', `dnl
# ${verify} $| VERIFY or ENCR $| bits $| more: what the connection lacks, in words; nothing if it is good enough
STLS_lacks
R SOFTWARE $| $*	$@ " TLS handshake failed."
R PROTOCOL $| $*	$@ " STARTTLS failed."
R CONFIG $| $*		$@ " TLS temporarily not available."
R$* $| $* $| $* $| + $*	$: $1 $| $2 $| $3 $| $4
R$={TlsVerified} $| VERIFY $| $*	$: $1 $| ENCR $| $2
R NO $| VERIFY $| $*	$@ " not authenticated"
R NOT $| VERIFY $| $*	$@ " no authentication requested"
R NONE $| VERIFY $| $*	$@ " other side does not support STARTTLS"
R CLEAR $| VERIFY $| $*	$@ " STARTTLS disabled locally"
R FAIL $| VERIFY $| $*	$@ " authentication failed"
R$| VERIFY $| $*	$@ " authentication required"
R$* $| VERIFY $| $* $| $*	$@ " authentication failure " $3
R$* $| ENCR $| $- $| $*	$: $2 $| $3 $| $>max $&{cipher_bits} : $&{auth_ssf}
R$- $| $* $| $-		$: $1 $| $2 $| $3 $| $( arith l $@ $3 $@ $1 $)
R$- $| $* $| $- $| TRUE	$@ " encryption too weak " $3 " less than " $1
R$- $| $* $| $- $| $*	$: $2
ifdef(`_ACCESS_TABLE_', `dnl
R$+			$@ $>TLS_req $1
')dnl
R$*			$@

# a : b, one of which may be missing: the larger
Smax
R: $*			$: 0 : $1
R$* :			$: $1 : 0
R$- : $-		$: $( arith l $@ $1 $@ $2 $) : $1 : $2
R TRUE : $- : $-	$@ $2
R$- : $- : $-		$@ $2
R$*			$@ 0
')dnl

# ----- try_tls: a server that offers STARTTLS; srv_features, clt_features: what to offer a client, expect of a server
ifdef(`_HOOK_try_tls_', `', `dnl
SLocal_try_tls
')dnl
Stry_tls
R$*			$: $1 $| $>Local_try_tls $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $>AccessPeer Try_TLS $| $&{server_name} $| $&{server_addr}
R NO			$#error $@ 5.7.1 $: "550 do not try TLS with " $&{server_name} " [" $&{server_addr} "]"
R$* < TMPF >		$#error $@ 4.3.0 $: _TMPF_MSG_
')dnl
R$*			$@ OK

ifdef(`_HOOK_srv_features_', `', `dnl
SLocal_srv_features
')dnl
Ssrv_features
R$*			$: $1 $| $>Local_srv_features $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $>AccessPeer Srv_Features $| $&{client_name} $| $&{client_addr}
R ?			$@ OK
R$* < TMPF >		$#temp
R$+			$#$1
', `dnl
R$*			$@ OK
')dnl

ifdef(`_HOOK_clt_features_', `', `dnl
SLocal_clt_features
')dnl
Sclt_features
R$*			$: $1 $| $>Local_clt_features $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $>AccessHost Clt_Features $| $&{server_name}
R ?			$: $>AccessKey Clt_Features $|
R ?			$@ OK
R$* < TMPF >		$#temp
R$+			$#$1
', `dnl
R$*			$@ OK
')dnl

# ----- authinfo: how to authenticate with a server
Sauthinfo
ifdef(`_AUTHINFO_MAP_', `dnl
R$*			$: $( authinfo AuthInfo:$&{server_name} $: ? $)
R ?			$: $( authinfo AuthInfo:$&{server_addr} $: ? $)
R ?			$: $( authinfo AuthInfo: $: ? $)
', `ifdef(`_ACCESS_TABLE_', `dnl
R$*			$: $>AccessPeer AuthInfo $| $&{server_name} $| $&{server_addr}
', `dnl
R$*			$@ no
')')dnl
R ?			$@ no
R$* < TMPF >		$# < TMPF >
R$+			$#$1
