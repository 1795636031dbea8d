divert(-1)
dnl The access map (QGRP:user@domain, QGRP:domain) chooses the queue group of a recipient; the argument is the group of others
_needs_access_(`queuegroup')
define(`_QUEUE_GROUP_', defn(`_ARG_'))
_rulesets_(`m4/queuegroup.m4')
