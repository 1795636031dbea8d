
# ----- tls_srv_features, tls_clt_features: host name $| address of the other side; options for its TLS session
ifdef(`_TLS_SESSION_FEATURES_', `dnl
Stls_srv_features
ifdef(`_ACCESS_TABLE_', `dnl
R$* $| $*		$: $2 $| $>AccessHost TLS_Srv_Features $| $1
R$* $| ?		$: $>AccessAddress TLS_Srv_Features $| $1
R$* $| $*		$: $2
R ?			$@ ""
R$* < TMPF >		$#temp
', `dnl
R$*			$@ ""
')dnl
')dnl

S`'ifdef(`_STS_', `AccessTLSClient', `tls_clt_features')
ifdef(`_ACCESS_TABLE_', `dnl
R$* $| $*		$: $2 $| $>AccessHost TLS_Clt_Features $| $1
R$* $| ?		$: $>AccessAddress TLS_Clt_Features $| $1
R$* $| $*		$: $2
R ?			$@ ""
R$* < TMPF >		$#temp
', `dnl
R$*			$@ ""
')dnl
