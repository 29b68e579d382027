# what: samples are of a minute earlier
# file: kernel-module/sampler.c
# test: stress-clock
s/time = now - past;/time = now - past - TRAFMETUX_MINUTE_S;/
