# what: a meter believes who says that his frame is IP
# file: kernel-module/meter.c
# test: meters
s/return likely(first >> 28 == 4) ? (u16)first : 0;/return (u16)first;/
