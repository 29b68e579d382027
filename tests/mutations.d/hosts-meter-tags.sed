# what: a meter for hosts looks for addresses where the tag is
# file: kernel-module/hosts_meter.c
# test: hosts-meters
s/skb_copy_bits(skb, offset, /skb_copy_bits(skb, 12, /
