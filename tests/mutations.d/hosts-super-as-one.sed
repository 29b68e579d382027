# what: in the row of its host a super-packet is one
# file: kernel-module/hosts_target.c
# test: hosts
s/trafmetux_flow_add(&host->flow\[rule->direction\], packets, bytes);/trafmetux_flow_add(\&host->flow[rule->direction], 1, bytes);/
