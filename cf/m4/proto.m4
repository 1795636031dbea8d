divert(-1)
# Puts the result together when the .mc has been read: what it asked for is in macros and diversions by now.
ifdef(`_MAILER_local_', `', `MAILER(`local')')
ifdef(`__OSTYPE__', `', `_error_(`No system type defined (use OSTYPE macro)')')
_check_variables_
ifdef(`confAUTO_REBUILD', `errprint(`WARNING: confAUTO_REBUILD is no longer valid.
	There was a potential for a denial of service attack if this is set.
')')
ifdef(`confREAD_TIMEOUT', `errprint(`*** confREAD_TIMEOUT is obsolete.
    Use individual confTO_<timeout> parameters instead.
')')
ifdef(`confDEF_GROUP_ID', `errprint(`*** confDEF_GROUP_ID is obsolete.
    Use confDEF_USER_ID with a colon in the value instead.
')')
ifdef(`confUNSAFE_GROUP_WRITES', `errprint(`WARNING: confUNSAFE_GROUP_WRITES is deprecated; use confDONT_BLAME_SENDMAIL.
')')
ifdef(`confMESSAGE_TIMEOUT', `define(`confTO_QUEUERETURN', confMESSAGE_TIMEOUT)')
ifelse(defn(`confCLIENT_OPTIONS'), `', `', `errprint(`WARNING: confCLIENT_OPTIONS is no longer valid.  See cf/README for more information.
')CLIENT_OPTIONS(confCLIENT_OPTIONS)')
ifelse(defn(`confDAEMON_OPTIONS'), `', `', `errprint(`WARNING: confDAEMON_OPTIONS is no longer valid.
	Use DAEMON_OPTIONS(); see cf/README.
')DAEMON_OPTIONS(confDAEMON_OPTIONS)')
ifdef(`_DAEMON_SEEN_', `', `DAEMON_OPTIONS(`Name=MTA')')
ifdef(`_NO_MSA_', `', `DAEMON_OPTIONS(`Port=587, Name=MSA, M=E')')
_default_(`QUEUE_DIR', `/var/spool/mqueue')
_default_(`HELP_FILE', `MAIL_SETTINGS_DIR`'helpfile')

ifdef(`DECNET_RELAY', `define(`_DECNET_')')
ifdef(`_USE_DECNET_SYNTAX_', `define(`_DECNET_')')
ifdef(`_MAILER_mail11_', `define(`_DECNET_')')
# mailers that rules name
define(`_LOCAL_', ifdef(`confLOCAL_MAILER', `confLOCAL_MAILER', `local'))
define(`_SMTP_', ifdef(`confSMTP_MAILER', `confSMTP_MAILER', `esmtp'))
define(`_RELAY_', ifdef(`confRELAY_MAILER', `confRELAY_MAILER', `relay'))
define(`_UUCP_', ifdef(`confUUCP_MAILER', `confUUCP_MAILER', `uucp-old'))
# texts of refusals
ifdef(`confREJECT_MSG', `define(`_REJECT_CODE_', `')', `define(`_REJECT_CODE_', `$`'@ 5.7.1 ')')
_default_(`confREJECT_MSG', `"550 Access denied"')
_default_(`confRCPTREJ_MSG', `"550 Mailbox disabled for this recipient"')
_default_(`confRELAY_MSG', ifdef(`_TRUST_AUTH_', ``"550 Relaying denied. Proper authentication required."'', ``"550 Relaying denied"''))

_default_(`_TMPF_MSG_', `"451 Temporary system failure. Please try again later."')
# names of hosts below a domain count like the domain, unless the .mc says otherwise
define(`_BELOW_', ifdef(`_RELAY_HOSTS_ONLY_', `', ```$'*''))

# _relay_macro_(variable, letter, pseudo domain): a relay is a macro, and mail for its pseudo domain needs no name server
define(`_relay_macro_', `ifdef(`$1', `D$2`'$1
ifelse(`$3', `', `', `CP$3
')')')
divert(0)dnl
# sendmail.cf made from a .mc by the m4 library of Sendmail.Net. Change the .mc, not this file.

V`'ifdef(`CF_LEVEL', `CF_LEVEL', `10')/Berkeley
DZ`8.18.2'ifdef(`confCF_VERSION', `/confCF_VERSION')
ifdef(`confDOMAIN_NAME', `Dj`'confDOMAIN_NAME
')dnl
Dn`'confMAILER_NAME
ifdef(`confLDAP_CLUSTER', `D{sendmailMTACluster}confLDAP_CLUSTER
')dnl

# ==================================================================== this host and its neighbours
# w: names of this host, P: pseudo domains, O: what makes a user part an address of its own, E: users who do not hide
# behind the masquerade, L: users whose mail stays here, M: domains that are masqueraded, N: but not these, R: hosts and
# domains we relay for
Cwlocalhost
C{Localhost}localhost localhost.$m localhost.UUCP
C{Loopback}localhost localhost.$m localhost.UUCP [127.0.0.1] [IPv6:0:0:0:0:0:0:0:1] [IPv6:::1]
CP.
CO @ ifdef(`_NO_PERCENTHACK_', `', `%') ifdef(`_NO_UUCP_', `', `!')
ifdef(`_USE_CW_FILE_', `Fw`'confCW_FILE
')dnl
FR`'confCR_FILE
undivert(5)dnl
ifdef(`_VIRTHOSTS_', `CR$={VirtHost}
')dnl
DS`'ifdef(`SMART_HOST', `SMART_HOST')
ifdef(`MASQUERADE_NAME', `DM`'MASQUERADE_NAME
')dnl
_relay_macro_(`LOCAL_RELAY', `R')dnl
_relay_macro_(`MAIL_HUB', `H')dnl
_relay_macro_(`LUSER_RELAY', `L')dnl
_relay_macro_(`UUCP_RELAY', `Y', `UUCP')dnl
_relay_macro_(`BITNET_RELAY', `B', `BITNET')dnl
_relay_macro_(`DECNET_RELAY', `C', `DECNET')dnl
_relay_macro_(`FAX_RELAY', `F', `FAX')dnl

# trusted users
Troot
Tdaemon
ifdef(`_NO_UUCP_', `', `Tuucp
')dnl
ifdef(`confTRUSTED_USERS', `T`'confTRUSTED_USERS
')dnl
ifdef(`_USE_CT_FILE_', `Ft`'confCT_FILE
')dnl

# ==================================================================== maps
Karith arith
Kdequote dequote`'ifdef(`confDEQUOTE_OPTS', ` confDEQUOTE_OPTS')
ifdef(`_ACCEPT_UNRESOLVABLE_', `', `dnl
Kresolve host -a<OKR> -T<TEMP>
')dnl
C{ResOk}OKR

ifdef(`LUSER_RELAY', `Kuser user -m -a<>
')dnl
ifdef(`_NEEDS_MACRO_MAP_', `Kmacro macro
')dnl
_MAPS_`'dnl
undivert(6)dnl

# ==================================================================== options
ifelse(defn(`confOPENSSL_CNF'), `', `', `EOPENSSL_CONF=confOPENSSL_CNF
')dnl
include(_CF_DIR_`'m4/options.m4)dnl
undivert(10)dnl

# ==================================================================== precedences and headers
Pfirst-class=0
Pspecial-delivery=100
Plist=-30
Pbulk=-60
Pjunk=-100

H?P?Return-Path: <$g>
HReceived: confRECEIVED_HEADER
H?D?Resent-Date: $a
H?D?Date: $a
define(`_from_', ifdef(`confFROM_HEADER', `defn(`confFROM_HEADER')', `ifdef(`_NULL_CLIENT_', ``<$g>'', ``$?x$x <$g>$|$g$.'')'))dnl
define(`_msgid_', ifdef(`confMESSAGEID_HEADER', `defn(`confMESSAGEID_HEADER')', ``<$t.$i@$j>''))dnl
H?F?Resent-From: _from_
H?F?From: _from_
H?x?Full-Name: $x
H?M?Resent-Message-Id: _msgid_
H?M?Message-Id: _msgid_

include(_CF_DIR_`'m4/address.m4)dnl

include(_CF_DIR_`'m4/deliver.m4)dnl

include(_CF_DIR_`'m4/masquerade.m4)dnl

include(_CF_DIR_`'m4/access.m4)dnl

include(_CF_DIR_`'m4/checks.m4)dnl

include(_CF_DIR_`'m4/tls.m4)dnl
_RULESETS_`'dnl

# ==================================================================== mailers
undivert(7)dnl

# ==================================================================== rulesets of the .mc
undivert(9)dnl
