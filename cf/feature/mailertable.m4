divert(-1)
dnl Where a domain goes: host or .domain, then mailer:host
define(`_MAILER_TABLE_')
_table_(`mailertable', defn(`_ARG_'), `mailertable', `mailer')
