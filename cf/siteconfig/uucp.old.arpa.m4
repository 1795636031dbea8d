dnl UUCP neighbours of the sample configurations
SITE(`endotsew')
SITE(`fateman')
SITE(`interlan')
SITE(`metron')
