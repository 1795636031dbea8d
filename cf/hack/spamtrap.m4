divert(-1)
dnl Recipients that nobody uses: what is sent to them is taken and dropped
define(`_NEEDS_MACRO_MAP_')
