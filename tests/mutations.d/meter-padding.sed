# what: padding of short frames is counted
# file: kernel-module/meter.c
# test: meters
s/return likely(first >> 28 == 4) ? (u16)first : 0;/return likely(first >> 28 == 4) ? skb->len - (u32)(network - skb->data) : 0;/
