divert(-1)
dnl The checks of client and sender wait for the recipient. Argument: friend (recipients with Spam:... FRIEND in the access
dnl map are not protected by them) or hater (only those with HATER are)
define(`_DELAY_CHECKS_')
ifelse(defn(`_ARG_'), `friend', `define(`_SPAM_FRIEND_')', defn(`_ARG_'), `hater', `define(`_SPAM_HATER_')',
defn(`_ARG_'), `', `', `_error_(`illegal argument '_ARG_` for FEATURE(delay_checks)')')
_rulesets_(`m4/delay.m4')
