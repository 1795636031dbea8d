
# UUCP: recipients are host!user, everybody else is  our.uucp.name!host!user
SEnvToU
R$* : ; < @ >		$@ $1 : ; < @ >
R< @ >			$@ < @ >
R$* < @ $* . >		$1 < @ $2 >
R$+ < @ $j >		$@ $1
R$+ < @ $=w >		$@ $1
R$+ < @ $+ . UUCP >	$@ $2 ! $1
R$+ < @ $+ >		$@ $2 ! $1

SFromU
R$* : ; < @ >		$@ $1 : ; < @ >
R< @ >			$@ < @ >
R$+			$: $>EnvToU $1
R$+			$: ifdef(`_UUCP_CLASS_U_', `$U', `$k') ! $1

SHdrToU
R$+			$: $>FromU $1

ifdef(`_MAILER_smtp_', `dnl
SEnvFromUD
R$+			$: $>EnvFromSMTP $1

# domain!user
SEnvFromUUD
R$+			$: $>EnvFromSMTP $1
R$+ < @ $+ . >		$1 < @ $2 >
R$+ < @ $+ >		$@ $2 ! $1
')dnl
