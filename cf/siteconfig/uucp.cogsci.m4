dnl UUCP neighbours of the sample configurations
SITE(`contessa')
SITE(`emind')
SITE(`hoptoad')
SITE(`nkainc')
SITE(`well')
SITE(`ferdy')
