# what: the headers of the segments are left out
# file: kernel-module/wire.c
# test: segmentation
s/wire.bytes += missing + (segments - 1) \* headers;/wire.bytes += missing;/
