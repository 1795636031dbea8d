divert(-1)
define(`_NO_MSA_')
