# what: whoever can open the file sets a limit
# file: kernel-module/procfs.c
# test: limit
s/if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN))/if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN) \&\& !net)/
