
# ----- bcc: a recipient; nothing, or where a copy of its mail goes
SParseBcc
R$+			$@ $1

Sbcc
R< $+ >			$1
R$+ @ $+		$: $1 @ $2 $| $>BCC $2
R$* $| < ? >		$@
R$* $| < $* >		$@ ifelse(len(X`'_BCC_ANSWER_), `1', `$>ParseBcc $1', `_BCC_ANSWER_')

# a domain: < entry > of it or of a domain above it, < ? > without one
SBCC
R$+			$: $1 $| $( bcctable $1 $: ? $)
R$- . $+ $| ?		$: $2 $| $( bcctable .$2 $: ? $)
R$* $| ?		$@ < ? >
R$* $| $+		$@ < $2 >
