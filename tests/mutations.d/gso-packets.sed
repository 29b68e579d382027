# what: a super-packet counts as one packet, in tunnels and the like
# file: kernel-module/wire.c
# test: tunnels
s/wire.packets = segments;/wire.packets = 1;/
