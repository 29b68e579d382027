# what: packets merged into a list are taken for fragments, in tunnels and the like
# file: kernel-module/wire.h
# test: tunnels merged
s/if (skb_is_gso(skb))/if (skb_is_gso(skb) \&\& !skb_has_frag_list(skb))/
