# what: samples are of a second later
# file: kernel-module/sampler.c
# test: stress-clock
s/time = now - past;/time = now - past + 1;/
