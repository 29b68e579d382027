# what: a device that is renamed keeps the meters of its old name
# file: kernel-module/meters.c
# test: meters
/case NETDEV_CHANGENAME:/,/break;/ s/trafmetux_meters_leave(meters, device);/;/
