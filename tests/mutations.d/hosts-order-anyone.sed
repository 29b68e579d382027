# what: who may open the file may give orders
# file: kernel-module/hosts_file.c
# test: hosts-orders
s/!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN)/false/
