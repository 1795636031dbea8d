divert(-1)
dnl Domain of the sample configurations
DOMAIN(`CS.Berkeley.EDU')
MASQUERADE_AS(`postgres.Berkeley.EDU')
