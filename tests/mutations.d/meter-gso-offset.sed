# what: out at a device, a super-packet's link header is counted
# file: kernel-module/meter.c
# test: meters
s/skb->len - (network - skb->data) +$/skb->len +/
