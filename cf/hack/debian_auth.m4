divert(-1)
dnl The account "sendmail" may act as anybody: submissions of this host
define(`confDEF_AUTH_INFO', `MAIL_SETTINGS_DIR`'default-auth-info')
define(`confTRUSTED_USERS', ifdef(`confTRUSTED_USERS', `confTRUSTED_USERS ')`sendmail')
PUSHDIVERT(9)
SLocal_trust_auth
R$*			$: $&{auth_authen}
Rsendmail		$# OK
Rsendmail@$*		$# OK
POPDIVERT
