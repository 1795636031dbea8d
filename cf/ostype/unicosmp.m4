divert(-1)
dnl unicosmp
_default_(`LOCAL_MAILER_ARGS', `mail -s -d $u')
_default_(`LOCAL_MAILER_FLAGS', `Ehm9')
define(`LOCAL_MAILER_PATH', `/usr/bin/mail')
_default_(`QUEUE_DIR', `/var/spool/mqueue')
_default_(`STATUS_FILE', `/var/log/sendmail.st')
define(`confEBINDIR', `/usr/lib')
define(`confTIME_ZONE', `USE_TZ')
