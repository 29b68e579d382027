# what: a datagram of several fragments counts as one packet
# file: kernel-module/wire.h
# test: headers
s/return !(size | (unsigned long)list);/return !size;/
