# what: the header that marks packets over 64 KiB counts with every segment
# file: kernel-module/wire.c
# test: wire-segments
s/return sizeof(\*jumbo);/return 0;/
