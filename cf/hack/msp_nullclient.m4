divert(-1)
dnl A submission program that hands everything to a hub, whose name is the argument
ifelse(len(X`'_ARG_), `1', `errprint(`Hack "msp_nullclient" requires argument')')
DOMAIN(`debian-msp')
