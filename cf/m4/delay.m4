
# ----- check_rcpt when checks are delayed: the recipient first, then TLS, the sender and the client
Scheck_rcpt
R$*			$: $1 $| $>checkrcpt $1
R$* $| $#error $*	$#error $2
R$* $| $#discard $*	$#discard $2
R$* $| $#$*		$: $2 $| $>tls_client $&{verify} $| MAIL		authenticated
R$* $| $#$*		$#$2
R RELAY $| $*		$#RELAY
R$* $| $*		$: $1
ifdef(`_SPAM_FRIEND_', `dnl
R$*			$: $1 $| $>SpamLover $1
', `ifdef(`_SPAM_HATER_', `dnl
R$*			$: $1 $| $>SpamLover $1
', `dnl
R$*			$: $1 $| CHECK
')')dnl
R$* $| $*		$: $1 $| $2 $| $>tls_client $&{verify} $| MAIL
R$* $| $* $| $#$*	$#$3
R$* $| NOCHECK $| $*	$@ SPAMFRIEND
R$* $| $*		$: $1
R$*			$: $1 $| $>checkmail < $&f >
R$* $| $#$*		$#$2
R$* $| $*		$: $1
R$*			$: $1 $| $>checkrelay $&{client_name} $| $&{client_addr}
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_BLOCK_BAD_HELO_', `dnl
R$*			$: $1 $| $>BadHelo
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')dnl
ifdef(`_RATE_NODELAY_', `define(`_NODELAY_')')ifdef(`_CONN_NODELAY_', `define(`_NODELAY_')')dnl
ifdef(`_NODELAY_', `
# limits of connections do not wait
Scheck_relay
ifdef(`_RATE_NODELAY_', `dnl
R$*			$: $1 $| $>RateControl
R$* $| $#$*		$#$2
R$* $| $* $| $*		$: $1 $| $2
')dnl
ifdef(`_CONN_NODELAY_', `dnl
R$*			$: $1 $| $>ConnControl
R$* $| $#$*		$#$2
R$* $| $* $| $*		$: $1 $| $2
')dnl
')dnl
ifdef(`_ACCESS_TABLE_', `
# NOCHECK if the access map says that the recipient does not want the checks
SSpamLover
R$*			$: $>CanonAddr $1
R$* < @ $* . >		$1 < @ $2 >
R$* < @ $+ >		$: $1 @ $2
R$* @ $*		$: $1 < @ $2 >
R$* < @ $* >		$@ $>SpamEntry $1 < @ $2 >
R$*			$@ $>SpamEntry $1 < @ $j >

SSpamEntry
R$* < @ $* >		$: $1 < @ $2 > $| $>AccessUser Spam $| $1 $| $2
R$* < @ $* > $| ?	$: $1 < @ $2 > $| $>AccessHost Spam $| $2
R$* < @ $* > $| ?	$: $1 < @ $2 > $| $>AccessUser Spam $| $1 $|
ifdef(`_SPAM_FRIEND_', `dnl
R$* $| FRIEND		$@ NOCHECK
R$*			$@ CHECK
', `dnl
R$* $| HATER		$@ CHECK
R$*			$@ NOCHECK
')dnl
', `
SSpamLover
R$*			$@ CHECK
')dnl
