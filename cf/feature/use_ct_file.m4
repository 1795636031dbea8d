divert(-1)
define(`_USE_CT_FILE_')
