# what: who may not change the firewall may make meters
# file: kernel-module/control.c
# test: meters
s/if (!file_ns_capable(file, meters->net->user_ns, CAP_NET_ADMIN))/if (false)/
