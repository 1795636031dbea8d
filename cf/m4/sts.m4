
# ==================================================================== MTA-STS
# Map sts: domain -> "secure", a blank, and a policy like  match=mx.example.org:.example.net servername=hostname
# What else the map may say means that nothing is asked of the server.

# recipient: the policy of its domain, as "secure policy"; nothing if there is none
SSTS_policy
R$* @ $+		$: $2
R$* .			$: $1
ifdef(`_ACCESS_TABLE_', `dnl
R$+			$: $1 $| $>AccessHost STS $| $1
R$* $| NO		$@
R$* $| $*		$: $1
')dnl
R$+			$: $( sts $1 $: $)
R$* < TMPF >		$#error $@ 4.7.0 $: 450 STS lookup temp fail
R secure $*		$@ secure $1
R$*			$@

# recipient: STS_OK or STS_NO, or the refusal of a connection that the policy does not allow. Only for mail, not when a
# server is just tried
SSTS_rcpt
R$*			$: $&{rcpt_addr} $| $1
R$| $*			$@ STS_NO
R$* $| $*		$: $>STS_policy $2
R$#$*			$#$1
R$@			$@ STS_NO
R secure $*		$: $1 $| $>TLS_lacks $&{verify} $| VERIFY $| 128 $|
R$* $| $+		$#error $@ 4.7.0 $: 454 STS $2
R$* $|			$: $1
R$* servername=hostname	$: $1
R$*			$: $( stsmatch $1 $: $)
R$+ :			$: $1 $| $>STS_listed : $1 :
R$* $| NO		$#error $@ 4.7.0 $: 450 STS $&{server_name} not found in MX list " " $1
R$*			$: $&{server_name}
R$={cert_altnames}	$@ STS_OK
R$+ . $+		$: $1 . $2 $| * . $2
R$* $| $={cert_altnames}	$@ STS_OK
R$*			$#error $@ 4.7.0 $: 450 STS $&{server_name} not listed in SANs

# : name : .domain : ... : is OK if the server is called one of the names, or one label more than a domain; NO if not
SSTS_listed
R$* : $&{server_name} : $*	$@ OK
R$*			$: $&{server_name} $| $1
R$- . $+ $| $*		$: $( macro {TLS_Name} $@ .$2 $) $3
R$* : $&{TLS_Name} : $*	$@ OK
R$*			$@ NO

# ----- tls_clt_features: what the access map says, and that a policy asks for a verified server, with the name to ask for.
# Not if {sts_sni} is set, because the server is known by DANE then, unless the access map forbids DANE with flags=d
Stls_clt_features
ifdef(`_TLS_SESSION_FEATURES_', `dnl
R$*			$: $>AccessTLSClient $1
R$#$*			$#$1
R$*			$: $1 $| $>STS_features $1
R$* $|			$@ $1
R "" $| $*		$@ $1
R$* $| $*		$@ $1 ; $2
', `dnl
R$*			$@ $>STS_features
')dnl

# features from the access map: those that the policy adds
SSTS_features
R$*			$: $&{rcpt_addr} $| $&{sts_sni} $| $1
R$| $*			$@
R$* $| $| $*		$: $1
R$* $| $* $| $*		$: $1 $| $( stsnodane $3 $: $)
R$* $|			$@
R$* $| $*		$: $1
R$*			$: $>STS_policy $1
R$#$*			$#$1
R$@			$@
R secure $*		$: $( stsname $1 $: $)
R$+ :			$: $( macro {sts_sni} $@ $&{server_name} $) $1
R$*			$@ sts=secure ; $1
