# what: inner headers are thought to be where the kernel marked them
# file: kernel-module/wire.c
# test: wire-tunnel-entry
s/if (found > 0 && trafmetux_wire_segments(skb, protocol))/if (found > 0 \&\& offset < 0 \&\& trafmetux_wire_segments(skb, protocol))/
