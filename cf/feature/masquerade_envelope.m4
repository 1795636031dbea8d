divert(-1)
dnl Masquerade the sender of the envelope, not only those of headers
define(`_MASQUERADE_ENVELOPE_')
