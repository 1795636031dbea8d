dnl UUCP neighbours of the sample configurations
