# what: packets in tunnels are taken for plain TCP
# file: kernel-module/wire.h
# test: tunnels
s/(SKB_GSO_TCPV4 | /(SKB_GSO_GRE | SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4 | /
