divert(-1)
dnl Names of IBM networks
PUSHDIVERT(6)CAvnet.ibm.com vnet rscs ipnet
POPDIVERT
