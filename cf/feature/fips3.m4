divert(-1)
dnl OpenSSL in FIPS mode. The argument is its configuration file
PUSHDIVERT(6)O FIPSmode=true
POPDIVERT
define(`confOPENSSL_CNF', ifelse(len(X`'_ARG_), `1', `MAIL_SETTINGS_DIR`fips.ossl'', `defn(`_ARG_')'))
ifelse(len(X`'_ARG2_), `1', `', `PUSHDIVERT(6)EOPENSSL_MODULES=_ARG2_
POPDIVERT')
