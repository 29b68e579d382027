# what: a meter comes after flow offload on the way in
# file: kernel-module/meters.c
# test: wire-meters
s/\.priority = INT_MIN,/.priority = INT_MAX,/
