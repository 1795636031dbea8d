divert(-1)
dnl The access map. Arguments: the map; then skip (SKIP ends a search), lookupdotdomain (.domain is looked up too),
dnl relaytofulladdress (To:user@host may say RELAY)
define(`_ACCESS_TABLE_')
define(`_NEEDS_MACRO_MAP_')
define(`_access_option_', `ifelse(`$1', `skip', `define(`_ACCESS_SKIP_')', `$1', `lookupdotdomain', `define(`_LOOKUP_DOT_DOMAIN_')',
`$1', `relaytofulladdress', `define(`_RELAY_FULL_ADDRESS_')', `$1', `', `',
`_error_(`unknown parameter '`$1'` for FEATURE(`access_db')')')')
_access_option_(defn(`_ARG2_'))_access_option_(defn(`_ARG3_'))_access_option_(defn(`_ARG4_'))
ifelse(len(X`'_ARG_), `1', `_map_(`access 'DATABASE_MAP_TYPE` -T<TMPF> 'MAIL_SETTINGS_DIR`access')',
defn(`_ARG_'), `LDAP', `_map_(`access ldap -T<TMPF> '_ldap_map_(`access'))',
index(defn(`_ARG_'), `-T<TMPF>'), `-1', `_warn_(`missing -T<TMPF> in argument of FEATURE(`access_db','` '_ARG_`)')dnl
_map_(`access 'patsubst(defn(`_ARG_'), `^\([^ ]+\) +', `\1 -T<TMPF>  '))',
`_map_(`access '_ARG_)')
