divert(-1)
dnl Authentication of clients by the mechanisms of the SASL library
_default_(`confAUTH_MECHANISMS', `DIGEST-MD5 CRAM-MD5 NTLM LOGIN PLAIN')
_default_(`confAUTH_OPTIONS', `A')
ifdef(`_TRUST_AUTH_', `', `TRUST_AUTH_MECH(`DIGEST-MD5 CRAM-MD5 NTLM LOGIN PLAIN')')
divert(0)dnl
