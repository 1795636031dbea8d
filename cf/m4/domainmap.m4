
# user+detail: user
SUserOfDetail
R$+ + $*		$@ $1
