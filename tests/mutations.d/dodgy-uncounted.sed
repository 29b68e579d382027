# what: a packet whose segments the sender left uncounted has one
# file: kernel-module/wire.c
# test: offloads
s/segments = DIV_ROUND_UP(payload, shared->gso_size);/segments = 1;/
