# what: dropped samples are not told of
# file: kernel-module/procfs.c
# test: parameters
s/u32 dropped = .*;/u32 dropped = 0;/
/u32 size = monitor->history.size;/d
