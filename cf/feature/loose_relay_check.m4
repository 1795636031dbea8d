divert(-1)
dnl user%host@us is not looked into before we know that it is ours: other checks see the address as it is
define(`_LOOSE_RELAY_CHECK_')
