# what: the headers of the segments are left out, of packets in tunnels and the like
# file: kernel-module/wire.c
# test: tunnels
s/wire.bytes += missing + (segments - 1) \* headers;/wire.bytes += missing;/
