divert(-1)
dnl The access map says what to do with clients in a list of the name service: DNSBL:zone in it. Arguments as of the lists
ifdef(`_ACCESS_TABLE_', `', `_error_(`dnsblaccess requires FEATURE(`access_db')')')
ifdef(`_EDNSBL_MAP_DONE_', `', `define(`_EDNSBL_MAP_DONE_')_map_(`ednsbl dns -R A -a. -T<TMP> -r'ifdef(`EDNSBL_TO', `EDNSBL_TO', `5'))')
