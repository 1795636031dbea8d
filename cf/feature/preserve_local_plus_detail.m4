divert(-1)
dnl The local mailer gets user+detail as it is
define(`_PRESERVE_LOCAL_PLUS_DETAIL_')
