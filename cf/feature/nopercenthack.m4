divert(-1)
dnl "%" in a user name: only for clients that may relay (reject), or a character like any other (nospecial)
define(`_NO_PERCENTHACK_')
ifelse(defn(`_ARG_'), `reject', `define(`_REJECT_PERCENT_')', defn(`_ARG_'), `nospecial', `', `_error_(`missing argument for FEATURE(nopercenthack):
		use `reject' or `nospecial'. See cf/README.')')
