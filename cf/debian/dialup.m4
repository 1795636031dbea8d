divert(-1)
dnl Debian writes here how a dial-up link is used; nothing unless it did
divert(0)dnl
