divert(-1)
errprint(`*** ERROR: You are trying to use the Berkeley sample configuration	files outside of the Computer Science Division at Berkeley.	The configuration (.mc) files must be customized to reference	domain files appropriate for your environment.')
