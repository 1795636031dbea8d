divert(-1)
dnl Where mail goes, by a directory. Arguments: map of mail hosts, map of routing addresses; what to do with addresses it does
dnl not know (passthru, bounce, sendertoo); what with +detail (strip, preserve); nodomain (do not look up @domain);
dnl what when it cannot be asked (tempfail, queue)
define(`_LDAP_ROUTING_')
ifelse(defn(`_ARG_')defn(`_ARG2_'), `', `ifdef(`confLDAP_DEFAULT_SPEC', `', `errprint(`WARNING: Using default FEATURE(ldap_routing) map definition(s)
without setting confLDAP_DEFAULT_SPEC option.
')')')
_map_(`ldapmh 'ifelse(len(X`'_ARG_), `1', ``ldap -1 -T<TMPF> -v mailHost -k (&(objectClass=inetLocalMailRecipient)(mailLocalAddress=%0))'', `defn(`_ARG_')'))
_map_(`ldapmra 'ifelse(len(X`'_ARG2_), `1', ``ldap -1 -T<TMPF> -v mailRoutingAddress -k (&(objectClass=inetLocalMailRecipient)(mailLocalAddress=%0))'', `defn(`_ARG2_')'))
ifelse(defn(`_ARG3_'), `', `', defn(`_ARG3_'), `passthru', `', defn(`_ARG3_'), `sendertoo', `define(`_LDAP_BOUNCE_')define(`_LDAP_SENDER_TOO_')', `define(`_LDAP_BOUNCE_')')
ifelse(defn(`_ARG4_'), `strip', `define(`_LDAP_STRIP_')', defn(`_ARG4_'), `preserve', `define(`_LDAP_PRESERVE_')')
ifelse(defn(`_ARG5_'), `nodomain', `define(`_LDAP_NO_DOMAIN_')')
ifelse(defn(`_ARG6_'), `tempfail', `define(`_LDAP_TEMPFAIL_')')
PUSHDIVERT(6)C{SMTPOpModes} s d D
POPDIVERT
_rulesets_(`m4/ldap_routing.m4')
