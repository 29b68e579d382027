# what: segments are thought to have no IP options
# file: kernel-module/wire.h
# test: headers
s/unsigned long transport = skb->transport_header;/unsigned long transport = network + sizeof(struct iphdr);/
