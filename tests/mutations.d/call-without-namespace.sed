# what: a call in progress does not hold its namespace
# file: kernel-module/entry.c
# test: held
s/if (maybe_get_net(net))/if (true)/
s/put_net(net);/;/
