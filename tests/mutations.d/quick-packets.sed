# what: a super-packet of plain TCP or UDP counts as one packet
# file: kernel-module/wire.h
# test: segmentation
s/wire->packets = segments;/wire->packets = 1;/
