divert(-1)
dnl TLS options by client (TLS_Srv_features:) and server (TLS_Clt_features:) in the access map
define(`_TLS_SESSION_FEATURES_')
_rulesets_(`m4/tls_session.m4')
