# what: a super-packet counts as one packet
# file: kernel-module/wire.c
# test: segmentation
s/wire.packets = segments;/wire.packets = 1;/
