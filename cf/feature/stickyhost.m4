divert(-1)
dnl Mail for user@our.host goes to the hub as it is, mail for a plain user to LOCAL_RELAY
define(`_STICKY_HOST_')
