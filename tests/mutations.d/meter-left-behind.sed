# what: a device that goes keeps the hooks of its meters
# file: kernel-module/meters.c
# test: meters
/case NETDEV_UNREGISTER:/,/break;/ s/trafmetux_meters_leave(meters, device);/;/
