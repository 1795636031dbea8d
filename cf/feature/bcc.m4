divert(-1)
dnl A copy of mail to some domains. Arguments: the map of domains; the address of the copies; the address to answer with
define(`_BCC_ANSWER_', defn(`_ARG3_'))
_map_(`bcctable 'ifelse(len(X`'_ARG_), `1', `DATABASE_MAP_TYPE MAIL_SETTINGS_DIR`bcctable'', `defn(`_ARG_')'))
PUSHDIVERT(6)O AddBcc=true
ifelse(len(X`'_ARG2_), `1', `', `DA`'_ARG2_
')POPDIVERT
_rulesets_(`m4/bcc.m4')
