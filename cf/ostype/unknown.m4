divert(-1)
dnl no system in particular
errprint(`*** ERROR: You have not specified a valid operating system type.	Use the OSTYPE macro to select a valid system type.  This	is necessary in order to get the proper pathnames and flags	appropriate for your environment.')
