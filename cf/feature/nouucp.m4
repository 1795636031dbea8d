divert(-1)
dnl "!" in a user name: only for clients that may relay (reject), or a character like any other (nospecial)
define(`_NO_UUCP_')
ifelse(defn(`_ARG_'), `reject', `define(`_REJECT_UUCP_')', defn(`_ARG_'), `nospecial', `', `_error_(`missing argument for FEATURE(nouucp):
		use `reject' or `nospecial'. See cf/README.')')
