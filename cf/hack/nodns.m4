divert(-1)
dnl A host without a name service
define(`confSERVICE_SWITCH_FILE', `MAIL_SETTINGS_DIR`'service.switch-nodns')
define(`confDONT_PROBE_INTERFACES', `True')
define(`_NO_CANONIFY_')
define(`_ACCEPT_UNRESOLVABLE_')
