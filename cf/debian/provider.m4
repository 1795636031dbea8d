divert(-1)
dnl Debian writes here which provider relays for this host; nothing unless it did
divert(0)dnl
