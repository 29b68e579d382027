# what: the headers of fragments are left out
# file: kernel-module/fragments.c
# test: headers
s/wire.bytes = payload + wire.packets \* headers;/wire.bytes = payload + headers;/
