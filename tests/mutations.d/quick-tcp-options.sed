# what: segments are thought to have no TCP options
# file: kernel-module/wire.h
# test: segmentation
s/headers = transport + (words >> 4) \* 4;/headers = transport + sizeof(struct tcphdr);/
