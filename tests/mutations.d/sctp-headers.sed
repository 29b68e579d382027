# what: SCTP's own header is left out of all segments but the first
# file: kernel-module/wire.c
# test: wire-segments
s/return offset + sizeof(struct sctphdr);/return offset;/
