divert(-1)
# Entry of the library: load this before the .mc, or include it from it; a second load changes nothing.
# _CF_DIR_ is the folder of the library with a slash at its end; it is found out when not given.
changecom
ifdef(`_CF_DIR_', `', `define(`_CF_DIR_', ifelse(eval(index(__file__, `m4/cf.m4') > 0), `1',
	`substr(__file__, 0, index(__file__, `m4/cf.m4'))', `./'))')
ifdef(`_CF_LOADED_', `', `define(`_CF_LOADED_')include(_CF_DIR_`'m4/macros.m4)include(_CF_DIR_`'m4/names.m4)include(_CF_DIR_`'m4/defaults.m4)dnl
m4wrap(`include(_CF_DIR_`'m4/proto.m4)')')
divert(0)dnl
