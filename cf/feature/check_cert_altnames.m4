divert(-1)
dnl A requirement CN in the access map is met by the alternative names of the certificate too
define(`_CERT_ALTNAMES_')
PUSHDIVERT(6)O SetCertAltnames=true
POPDIVERT
