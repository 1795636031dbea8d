dnl Names that people write for others: each gets a warning that names the right one. Features are taken under the right name.
define(`_right_feature_accessdb', `access_db')
define(`_right_feature_access_map', `access_db')
define(`_right_feature_accept_unresolvable_domain', `accept_unresolvable_domains')
define(`_right_feature_block_bad_hello', `block_bad_helo')
define(`_right_feature_blocklist_recipient', `blocklist_recipients')
define(`_right_feature_conn_control', `conncontrol')
define(`_right_feature_delaychecks', `delay_checks')
define(`_right_feature_delay_check', `delay_checks')
define(`_right_feature_dnsbls', `dnsbl')
define(`_right_feature_domain_table', `domaintable')
define(`_right_feature_generics_table', `genericstable')
define(`_right_feature_generictable', `genericstable')
define(`_right_feature_greetpause', `greet_pause')
define(`_right_feature_ldaprouting', `ldap_routing')
define(`_right_feature_limited_masquarade', `limited_masquerade')
define(`_right_feature_mailer_table', `mailertable')
define(`_right_feature_masquarade_entire_domain', `masquerade_entire_domain')
define(`_right_feature_masquarade_envelope', `masquerade_envelope')
define(`_right_feature_masquerade_entire_domains', `masquerade_entire_domain')
define(`_right_feature_no_canonify', `nocanonify')
define(`_right_feature_null_client', `nullclient')
define(`_right_feature_queue_group', `queuegroup')
define(`_right_feature_rate_control', `ratecontrol')
define(`_right_feature_relay_based_on_mx', `relay_based_on_MX')
define(`_right_feature_relay_host_only', `relay_hosts_only')
define(`_right_feature_require_rDNS', `require_rdns')
define(`_right_feature_sticky_host', `stickyhost')
define(`_right_feature_use_ct', `use_ct_file')
define(`_right_feature_use_cw', `use_cw_file')
define(`_right_feature_virtuser_table', `virtusertable')
define(`_right_feature_virtualusertable', `virtusertable')

dnl _check_variables_: warns of variables whose names are close to the right ones
define(`_variable_', `ifdef(`$1', `errprint(`*** WARNING: $1 has no effect; use $2
')')')
define(`_check_variables_', `dnl
_variable_(`confALIAS_FILE', `ALIAS_FILE')dnl
_variable_(`confAUTH_MECHS', `confAUTH_MECHANISMS')dnl
_variable_(`confCACERT_FILE', `confCACERT')dnl
_variable_(`confCA_CERT', `confCACERT')dnl
_variable_(`confCIPHERLIST', `confCIPHER_LIST')dnl
_variable_(`confCLIENT_CERTIFICATE', `confCLIENT_CERT')dnl
_variable_(`confCONNECTION_RATE_LIMIT', `confCONNECTION_RATE_THROTTLE')dnl
_variable_(`confDAEMON_PORT_OPTIONS', `DAEMON_OPTIONS')dnl
_variable_(`confDOMAIN', `confDOMAIN_NAME')dnl
_variable_(`confDONTBLAMESENDMAIL', `confDONT_BLAME_SENDMAIL')dnl
_variable_(`confHOST_NAME', `confDOMAIN_NAME')dnl
_variable_(`confLOGLEVEL', `confLOG_LEVEL')dnl
_variable_(`confMAX_DAEMON_CHILDS', `confMAX_DAEMON_CHILDREN')dnl
_variable_(`confMAX_HEADER_LENGTH', `confMAX_HEADERS_LENGTH')dnl
_variable_(`confMAX_RECIPIENTS', `confMAX_RCPTS_PER_MESSAGE')dnl
_variable_(`confMESSAGE_SIZE', `confMAX_MESSAGE_SIZE')dnl
_variable_(`confPRIVACY_OPTIONS', `confPRIVACY_FLAGS')dnl
_variable_(`confQUEUE_DIR', `QUEUE_DIR')dnl
_variable_(`confSERVER_CERTIFICATE', `confSERVER_CERT')dnl
_variable_(`confSMART_HOST', `SMART_HOST')dnl
_variable_(`confTLS_SRV_OPTS', `confTLS_SRV_OPTIONS')dnl
_variable_(`confTO_QUEUE_RETURN', `confTO_QUEUERETURN')dnl
_variable_(`confTO_QUEUE_WARN', `confTO_QUEUEWARN')dnl
')
