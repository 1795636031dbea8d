divert(-1)
dnl sinix
define(`LOCAL_MAILER_PATH', `/bin/mail.local')
_default_(`QUEUE_DIR', `/var/spool/mqueue')
_default_(`STATUS_FILE', `/var/sendmail.st')
define(`confEBINDIR', `/usr/ucblib')
