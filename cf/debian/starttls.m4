divert(-1)
dnl TLS with the files that Debian puts into MAIL_SETTINGS_DIR/tls
_default_(`confCACERT_PATH', `/etc/ssl/certs')
_default_(`confCACERT', `/etc/mail/tls/sendmail-server.crt')
_default_(`confSERVER_CERT', `/etc/mail/tls/sendmail-server.crt')
_default_(`confSERVER_KEY', `/etc/mail/tls/sendmail-common.key')
_default_(`confCLIENT_CERT', `/etc/mail/tls/sendmail-client.crt')
_default_(`confCLIENT_KEY', `/etc/mail/tls/sendmail-common.key')
divert(0)dnl
