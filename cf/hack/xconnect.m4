divert(-1)
dnl The clients in the access map, XConnect:host or address, may say on whose behalf they connect (command XCONNECT)
ifdef(`_ACCESS_TABLE_', `', `_error_(`HACK(xconnect) requires FEATURE(access_db)')')
PUSHDIVERT(9)
# x_connect: host name $| address of the client: what the access map has for it, or no
Sx_connect
R$* $| $+		$: $1 $| $2 $| $>AccessHost XConnect $| $1
R$* $| $+ $| ?		$: $1 $| $2 $| $>AccessAddress XConnect $| $2
R$* $| $+ $| ?		$`'#no
R$* $| $+ $| $+		$@ $3
POPDIVERT
