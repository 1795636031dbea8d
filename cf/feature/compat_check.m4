divert(-1)
dnl The access map can refuse a message by sender and recipient together: Compat:sender<@>recipient
ifdef(`_ACCESS_TABLE_', `', `errprint(`FEATURE(`compat_check') requires FEATURE(`access_db')
')')
_rulesets_(`m4/compat_check.m4')
