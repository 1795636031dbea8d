divert(-1)
dnl Recipients of one transaction must be of one domain. Arguments: the texts for a second domain and for a different one
PUSHDIVERT(6)O SameDomainOnly=ifelse(len(X`'_ARG_), `1', `Multiple destination domains per transaction is unsupported', `defn(`_ARG_')')
O SameDomainOnly=ifelse(len(X`'_ARG2_), `1', `Address domain different from previous accepted address.', `defn(`_ARG2_')')
POPDIVERT
