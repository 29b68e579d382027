# what: another MAC address is a way round the limit of an address
# file: kernel-module/hosts_settle.c
# test: hosts-orders
s/^\tif (rows->any) {/\tif (false \&\& rows->any) {/;s/^\t\tbytes += trafmetux_host_bytes(host);/\t\tbytes = trafmetux_host_bytes(host);/
