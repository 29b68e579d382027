# what: a call in progress does not hold its namespace
# file: kernel-module/entry.c
# test: held
s/!maybe_get_net(entry->net)/false/
s/put_net(entry->net);/;/
