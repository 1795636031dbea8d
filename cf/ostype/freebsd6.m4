divert(-1)
dnl freebsd6
_default_(`LOCAL_MAILER_ARGS', `mail $u')
_default_(`LOCAL_MAILER_PATH', `/usr/libexec/mail.local')
_default_(`STATUS_FILE', `/var/log/sendmail.st')
_default_(`UUCP_MAILER_ARGS', `uux - -r -z -a$g $h!rmail ($u)')
_default_(`UUCP_MAILER_PATH', `/usr/local/bin/uux')
