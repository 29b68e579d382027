# what: out at a device, a tag within the frame is looked for where the IP header is
# file: kernel-module/meter.c
# test: meters
s/eth_type_vlan(skb->protocol) ?$/0 ?/
