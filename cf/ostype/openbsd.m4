divert(-1)
dnl OpenBSD
_default_(`LOCAL_MAILER_FLAGS', `rmn9S')
_default_(`LOCAL_MAILER_PATH', `/usr/libexec/mail.local')
_default_(`STATUS_FILE', `/var/log/sendmail.st')
_default_(`UUCP_MAILER_ARGS', `uux - -r -z -a$g $h!rmail ($u)')
