
# ----- queuegroup: the queue group of a recipient
Squeuegroup
R$* < @ $+ > $*		$: $1 < @ $2 >
R$+ @ $+		$@ $>QueueGroupOf $1 < @ $2 >

SQueueGroupOf
R$+			$: $>AccessMailbox ! qgrp $| $1
R ?			$#ifelse(len(X`'_QUEUE_GROUP_), `1', `', `_QUEUE_GROUP_')
R$* < TMPF >		$#error $@ 4.3.0 $: _TMPF_MSG_
R$+			$#$1
