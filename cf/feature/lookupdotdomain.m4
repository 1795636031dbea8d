divert(-1)
dnl Entries .domain in the access map are for hosts below the domain
define(`_LOOKUP_DOT_DOMAIN_')
_needs_access_(`lookupdotdomain')
