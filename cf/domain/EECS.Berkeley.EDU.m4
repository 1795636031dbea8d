divert(-1)
dnl Domain of the sample configurations
DOMAIN(`Berkeley.EDU')
MASQUERADE_AS(`EECS.Berkeley.EDU')
