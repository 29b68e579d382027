# what: the headers of plain TCP's and UDP's segments are left out
# file: kernel-module/wire.h
# test: segmentation
s/wire->bytes = skb->len + (segments - 1) \* headers;/wire->bytes = skb->len;/
