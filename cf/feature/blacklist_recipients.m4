divert(-1)
dnl The old name of blocklist_recipients
_renamed_(`FEATURE(blacklist_recipients)', `FEATURE(blocklist_recipients)')
include(_CF_DIR_`feature/blocklist_recipients.m4')
