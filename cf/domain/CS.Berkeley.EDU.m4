divert(-1)
dnl Domain of the sample configurations
DOMAIN(`Berkeley.EDU')
HACK(`cssubdomain')
define(`confUSERDB_SPEC', ``/usr/sww/share/lib/users.cs.db,/usr/sww/share/lib/users.eecs.db'')
