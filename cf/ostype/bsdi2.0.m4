divert(-1)
dnl BSD/OS 2.0
_default_(`LOCAL_MAILER_PATH', `/usr/libexec/mail.local')
_default_(`STATUS_FILE', `/var/log/sendmail.st')
_default_(`UUCP_MAILER_ARGS', `uux - -r -z -a$g $h!rmail ($u)')
errprint(`NOTE: OSTYPE(bsdi2.0) is deprecated.  Use OSTYPE(bsdi) instead.
')
