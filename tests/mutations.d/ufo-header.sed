# what: the first fragment of a datagram that is yet to be cut has no fragment header
# file: kernel-module/wire.c
# test: offloads
s/missing = sizeof(struct frag_hdr);/missing = 0;/
