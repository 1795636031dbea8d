divert(-1)
# The macros a .mc is written in. What they collect is put together by assemble.m4 when the .mc has been read.
#
# Diversions: 0 notes, 1 LOCAL_NET_CONFIG, 2 LOCAL_RULE_3, 3 LOCAL_RULE_0, 4 UUCP hosts, 5 classes, 6 LOCAL_CONFIG,
# 7 mailers, 8 DNS block lists, 9 LOCAL_RULESETS, 10 queue groups and filters; of features: 20 check of the client, 21 of
# the sender, 22 of its domain, 23 of the recipient, 24 of the right to relay.

define(`_nl_', `
')
# PUSHDIVERT(n) ... POPDIVERT: write elsewhere for a while
define(`PUSHDIVERT', `pushdef(`_diverted_', divnum)divert($1)')
define(`POPDIVERT', `divert(_diverted_)popdef(`_diverted_')')
define(`CONCAT', `$1$2$3$4$5$6$7$8$9')
# m4 eats a dollar followed by a digit; DOL(1) writes one
define(`DOL', ``$'$1')

# _default_(name, value): unless the .mc has already said something else
define(`_default_', `ifdef(`$1', `', `define(`$1', `$2')')')
# _warn_(text), _error_(text): neither stops the expansion
define(`_warn_', `errprint(`*** WARNING: $1
')')
define(`_error_', `errprint(`*** ERROR: $1
')')
# _renamed_(old, new): a deprecated or misspelt name
define(`_renamed_', `errprint(`WARNING: $1 is deprecated; use $2.
')')

# ---------------------------------------------------------------- parts of the library
# _part_(kind, folder, name, arguments...): reads a file with _ARG_, _ARG2_ ... set to the arguments
define(`_part_', `pushdef(`_ARG_', `$4')pushdef(`_ARG1_', `$4')pushdef(`_ARG2_', `$5')pushdef(`_ARG3_', `$6')dnl
pushdef(`_ARG4_', `$7')pushdef(`_ARG5_', `$8')pushdef(`_ARG6_', `$9')pushdef(`_ARG7_', `_tenth_($@)')dnl
pushdef(`_ARGS_', `shift(shift(shift($@)))')pushdef(`_NARGS_', eval($# - 3))dnl
include(_CF_DIR_`'$2/$3.m4)dnl
popdef(`_ARG_')popdef(`_ARG1_')popdef(`_ARG2_')popdef(`_ARG3_')popdef(`_ARG4_')popdef(`_ARG5_')popdef(`_ARG6_')dnl
popdef(`_ARG7_')popdef(`_ARGS_')popdef(`_NARGS_')')
define(`_tenth_', `shift(shift(shift(shift(shift(shift(shift(shift(shift($@)))))))))')

define(`OSTYPE', `ifdef(`__OSTYPE__', `errprint(`duplicate OSTYPE($1)
')')dnl
define(`__OSTYPE__', `$1')PUSHDIVERT(-1)_part_(`OSTYPE', `ostype', $@)POPDIVERT`'')
define(`DOMAIN', `PUSHDIVERT(-1)define(`__DOMAIN__', `$1')_part_(`DOMAIN', `domain', $@)POPDIVERT`'')
define(`HACK', `PUSHDIVERT(-1)_part_(`HACK', `hack', $@)POPDIVERT`'')
define(`FEATURE', `ifdef(`_MAILER_SEEN_', `_error_(`FEATURE() should be before MAILER()')')dnl
PUSHDIVERT(-1)ifdef(`_right_feature_$1', `errprint(`*** WARNING: FEATURE($1) is called FEATURE('_right_feature_$1`)
')_part_(`FEATURE', `feature', defn(`_right_feature_$1'), shift($@))', `_part_(`FEATURE', `feature', $@)')POPDIVERT`'')
define(`MAILER', `define(`_MAILER_SEEN_')ifdef(`_MAILER_$1_', `_error_(`MAILER($1) already included')',
`define(`_MAILER_$1_')PUSHDIVERT(7)_part_(`MAILER', `mailer', $@)POPDIVERT')`'')
define(`MAILER_DEFINITIONS', `define(`_MAILER_SEEN_')divert(7)')
# A note at the head of the result; what it says is up to the writer
define(`VERSIONID', `#	translit(`$1', _nl_, ` ')')

# ---------------------------------------------------------------- places for lines of the .mc
define(`LOCAL_CONFIG', `divert(6)')
define(`LOCAL_NET_CONFIG', `divert(1)')
define(`LOCAL_RULE_0', `divert(3)')
define(`LOCAL_RULE_1', `divert(9)dnl
# what the .mc adds for senders
Ssender=1
')
define(`LOCAL_RULE_2', `divert(9)dnl
# what the .mc adds for recipients
Srecipient=2
')
define(`LOCAL_RULE_3', `divert(2)')
define(`LOCAL_RULESETS', `divert(9)')
define(`LOCAL_DNSBL', `divert(8)')
define(`LOCAL_UUCP', `divert(4)')
# _local_ruleset_(name): the section that follows is asked before ours
define(`_local_ruleset_', `ifdef(`_MAILER_SEEN_', `', `_warn_(`MAILER() should be before $2')')define(`_HOOK_$1_')divert(9)dnl
SLocal_$1')
define(`LOCAL_SRV_FEATURES', `_local_ruleset_(`srv_features', `LOCAL_SRV_FEATURES')')
define(`LOCAL_CLT_FEATURES', `_local_ruleset_(`clt_features', `LOCAL_CLT_FEATURES')')
define(`LOCAL_TRY_TLS', `_local_ruleset_(`try_tls', `LOCAL_TRY_TLS')')
define(`LOCAL_TLS_RCPT', `_local_ruleset_(`tls_rcpt', `LOCAL_TLS_RCPT')')
define(`LOCAL_TLS_CLIENT', `_local_ruleset_(`tls_client', `LOCAL_TLS_CLIENT')')
define(`LOCAL_TLS_SERVER', `_local_ruleset_(`tls_server', `LOCAL_TLS_SERVER')')

# ---------------------------------------------------------------- classes
# _class_(class, words) and _class_file_(class, file)
define(`_class_', `PUSHDIVERT(5)C{$1}$2
POPDIVERT`'')
define(`_class_file_', `PUSHDIVERT(5)F{$1}$2
POPDIVERT`'')
define(`LOCAL_DOMAIN', `_class_(`w', `$1')')
define(`LOCAL_USER', `_class_(`L', `$1')')
define(`LOCAL_USER_FILE', `_class_file_(`L', `$1')')
define(`EXPOSED_USER', `_class_(`E', `$1')')
define(`EXPOSED_USER_FILE', `_class_file_(`E', `$1')')
define(`MASQUERADE_DOMAIN', `_class_(`M', `$1')')
define(`MASQUERADE_DOMAIN_FILE', `_class_file_(`M', `$1')')
define(`MASQUERADE_EXCEPTION', `define(`_MASQUERADE_EXCEPTION_')_class_(`N', `$1')')
define(`MASQUERADE_EXCEPTION_FILE', `define(`_MASQUERADE_EXCEPTION_')_class_file_(`N', `$1')')
define(`GENERICS_DOMAIN', `_class_(`G', `$1')')
define(`GENERICS_DOMAIN_FILE', `_class_file_(`G', `$1')')
define(`VIRTUSER_DOMAIN', `define(`_VIRTHOSTS_')_class_(`VirtHost', `$1')')
define(`VIRTUSER_DOMAIN_FILE', `define(`_VIRTHOSTS_')_class_file_(`VirtHost', `$1')')
define(`LDAPROUTE_DOMAIN', `_class_(`LDAPRoute', `$1')')
define(`LDAPROUTE_DOMAIN_FILE', `_class_file_(`LDAPRoute', `$1')')
define(`LDAPROUTE_EQUIVALENT', `define(`_LDAP_EQUIVALENT_')_class_(`LDAPRouteEquiv', `$1')')
define(`LDAPROUTE_EQUIVALENT_FILE', `define(`_LDAP_EQUIVALENT_')_class_file_(`LDAPRouteEquiv', `$1')')
define(`RELAY_DOMAIN', `_class_(`R', `$1')')
define(`RELAY_DOMAIN_FILE', `_class_file_(`R', `$1')')
define(`CANONIFY_DOMAIN', `define(`_CANONIFY_SOME_')_class_(`Canonify', `$1')')
define(`CANONIFY_DOMAIN_FILE', `define(`_CANONIFY_SOME_')_class_file_(`Canonify', `$1')')
define(`TRUST_AUTH_MECH', `define(`_TRUST_AUTH_')_class_(`TrustAuthMech', `$1')')
define(`MASQUERADE_AS', `define(`MASQUERADE_NAME', `$1')')

# ---------------------------------------------------------------- ports, queue groups, filters
define(`_DAEMON_LINES_', `')
define(`_CLIENT_LINES_', `')
define(`DAEMON_OPTIONS', `define(`_DAEMON_LINES_', defn(`_DAEMON_LINES_')`O DaemonPortOptions=$1
')define(`_DAEMON_SEEN_')')
define(`CLIENT_OPTIONS', `define(`_CLIENT_LINES_', defn(`_CLIENT_LINES_')`O ClientPortOptions=$1
')')
define(`QUEUE_GROUP', `PUSHDIVERT(10)Q$1, $2
POPDIVERT`'')
# Filters are used in the order in which they are named; MAIL_FILTER only makes one known
define(`MAIL_FILTER', `define(`_FILTERS_SEEN_')PUSHDIVERT(10)X`'$1, $2
POPDIVERT`'')
define(`INPUT_MAIL_FILTER', `define(`confINPUT_MAIL_FILTERS',
ifdef(`confINPUT_MAIL_FILTERS', `defn(`confINPUT_MAIL_FILTERS')`, '')``$1'')MAIL_FILTER(`$1', `$2')')

# ---------------------------------------------------------------- mailers
# MODIFY_MAILER_FLAGS(X, flags): +ab adds, -ab removes, ab replaces the flags of mailer X (SHELL: the program mailer).
# _flags_(X, fixed, name of the variable, default) is the F= of a mailer: what was put in place of all, or the fixed flags
# and those of the variable, less the removed ones, and the added ones.
define(`MODIFY_MAILER_FLAGS', `_modify_(`$1', substr(`$2', 0, 1), substr(`$2', 1), `$2')')
define(`_modify_', `ifelse(`$2', `+', `define(`_ADDED_$1_', ifdef(`_ADDED_$1_', `_ADDED_$1_')`$3')',
`$2', `-', `define(`_REMOVED_$1_', ifdef(`_REMOVED_$1_', `_REMOVED_$1_')`$3')',
`define(`_REPLACED_$1_', `$4')undefine(`_ADDED_$1_')')')
define(`_flags_', `ifdef(`_REPLACED_$1_', `_REPLACED_$1_',
`translit(`$2'ifdef(`$3', `$3', `$4'), ifdef(`_REMOVED_$1_', `_REMOVED_$1_', ` '))')`'ifdef(`_ADDED_$1_', `_ADDED_$1_')')

# ---------------------------------------------------------------- UUCP neighbours
# SITECONFIG(file, name, class): the file in siteconfig/ has a line SITE(names) for each neighbour. Class U: our own UUCP name
# and those we call; V, W, X: the name of a relay and those it calls; Y, Z: as U, by uucp-new and uucp-uudom
define(`SITE', `PUSHDIVERT(5)C`'_UUCP_CLASS_`'$1
POPDIVERT`'')
define(`SITECONFIG', `pushdef(`_UUCP_CLASS_', `$3')define(`_UUCP_CLASS_$3_')PUSHDIVERT(6)D$3`'$2
ifelse(`$3', `U', `C{w}$2 $2.UUCP
')POPDIVERT`'sinclude(_CF_DIR_`'siteconfig/$1.m4)popdef(`_UUCP_CLASS_')`'')
# UUCPSMTP(name, domain): UUCP neighbours reached by SMTP
define(`UUCPSMTP', `R DOL(*) < @ $1 .UUCP > DOL(*)	DOL(1) < @ $2 > DOL(2)')

# ---------------------------------------------------------------- what features add
# _map_(line): a K line; _rulesets_(file): a file of rules below m4/ or feature/
define(`_MAPS_', `')
define(`_map_', `define(`_MAPS_', defn(`_MAPS_')`K$1
')')
define(`_RULESETS_', `')
define(`_rulesets_', `define(`_RULESETS_', defn(`_RULESETS_')`
include(_CF_DIR_`'$1)')')
# _table_(name, argument of the feature, default file, name in LDAP): the map of a table. The argument is a map with its
# class, the word LDAP, or nothing.
define(`_table_', `ifelse(`$2', `', `_map_(`$1 'DATABASE_MAP_TYPE` 'MAIL_SETTINGS_DIR`$3')',
`$2', `LDAP', `_map_(`$1 'ldap` '_ldap_map_(`$4'))', `_map_(`$1 $2')')')
define(`_ldap_map_', ``-1 -v sendmailMTAMapValue,sendmailMTAMapSearch:FILTER:sendmailMTAMapObject,sendmailMTAMapURL:URL:sendmailMTAMapObject -k (&(objectClass=sendmailMTAMapObject)(|(sendmailMTACluster=${sendmailMTACluster})(sendmailMTAHost=$j))(sendmailMTAMapName=$1)(sendmailMTAKey=%0))'')
# _needs_access_(feature)
define(`_needs_access_', `ifdef(`_ACCESS_TABLE_', `', `_error_(`FEATURE(`$1') requires FEATURE(`access_db')')')')
# _field_(letter, variable): a field of a mailer, if the variable is defined
define(`_field_', `ifdef(`$2', `$1=$2, ')')
