divert(-1)
dnl Configurations of Debian include this; there it says what the installed sendmail can do. Ours can do all of it.
define(`sm_version', `8.18.2')
define(`sm_version_v', `8')
define(`sm_version_n', `18')
define(`sm_version_p', `2')
define(`sm_version_math', eval(8 * 65536 + 18 * 256 + 2))
define(`sm_m4', `m4')
define(`sm_geckos', `ca')
define(`sm_auth_lib', `yes')
define(`sm_tls', `yes')
divert(0)dnl
