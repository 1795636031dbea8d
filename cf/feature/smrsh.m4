divert(-1)
dnl Programs run by the restricted shell. The argument is its path
define(`LOCAL_SHELL_PATH', ifelse(len(X`'_ARG_), `1', `ifdef(`confEBINDIR', `confEBINDIR', `/usr/libexec')/smrsh', `defn(`_ARG_')'))
define(`LOCAL_SHELL_ARGS', `smrsh -c $u')
