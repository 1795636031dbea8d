divert(-1)
dnl LUSER_RELAY mailer:host gets user@the.host.it.was.for, which macro {Host} keeps meanwhile
ifdef(`LUSER_RELAY', `', `errprint(`*** LUSER_RELAY should be defined before FEATURE(`preserve_luser_host')
')')
define(`_PRESERVE_LUSER_HOST_')
define(`_NEEDS_MACRO_MAP_')
