divert(-1)
dnl The submission program: everything goes to the daemon. Arguments: its host; its port, or MSA for 587
undefine(`ALIAS_FILE')
define(`confDELIVERY_MODE', `i')
define(`confQUEUE_FILE_MODE', `0660')
define(`confUSE_MSP', `True')
define(`confFORWARD_PATH', `')
define(`confPRIVACY_FLAGS', `goaway,noetrn,restrictqrun')
define(`confDONT_PROBE_INTERFACES', `True')
_default_(`MSP_QUEUE_DIR', `/var/spool/clientmqueue')
define(`QUEUE_DIR', defn(`MSP_QUEUE_DIR'))
_default_(`STATUS_FILE', ifdef(`MSP_STATUS_FILE', `MSP_STATUS_FILE', `QUEUE_DIR/sm-client.st'))
_default_(`confPID_FILE', QUEUE_DIR/sm-client.pid)
_default_(`confRUN_AS_USER', `smmsp')
_default_(`confTRUSTED_USER', `smmsp')
define(`_NO_MSA_')
DAEMON_OPTIONS(`Name=NoMTA, Addr=127.0.0.1, M=E')

define(`_MSP_')
ifelse(defn(`_ARG2_'), `MSA', `define(`RELAY_MAILER_ARGS', `TCP $h 587')')
define(`LOCAL_MAILER_PATH', `[IPC]')
define(`LOCAL_MAILER_FLAGS', `')
define(`LOCAL_MAILER_ARGS', `TCP $h')
define(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `SMTP')
define(`LOCAL_SHELL_PATH', `[IPC]')
define(`LOCAL_SHELL_FLAGS', `')
define(`LOCAL_SHELL_ARGS', `TCP $h')
MODIFY_MAILER_FLAGS(`SMTP', `+k5')
MODIFY_MAILER_FLAGS(`ESMTP', `+k5')
MODIFY_MAILER_FLAGS(`SMTP8', `+k5')
MODIFY_MAILER_FLAGS(`DSMTP', `+k5')
MODIFY_MAILER_FLAGS(`RELAY', `+k')
MAILER(`local')
MAILER(`smtp')
PUSHDIVERT(6)D{MTAHost}ifelse(len(X`'_ARG_), `1', `[localhost]', `_ARG_')
POPDIVERT
PUSHDIVERT(9)
# Whoever it is for: the daemon knows
SLocal_localaddr
R$+			$: $>ParseRecipient $1
R$* < @ $+ > $*		$#relay $@ ${MTAHost} $: $1 < @ $2 > $3
R$+			$#relay $@ ${MTAHost} $: $1 < @ $j >
POPDIVERT
