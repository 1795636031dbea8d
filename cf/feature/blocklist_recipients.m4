divert(-1)
dnl The access map can refuse recipients too: To:user@, To:host, To:user@host
ifdef(`_ACCESS_TABLE_', `define(`_BLOCKLIST_RECIPIENTS_')',
	`_error_(`FEATURE(blocklist_recipients) requires FEATURE(access_db)')')
