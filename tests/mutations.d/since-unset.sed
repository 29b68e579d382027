# what: a sample of more than a minute does not say since when
# file: kernel-module/sampler.c
# test: stress-clock
s/if (ktime_to_ns(elapsed) > TRAFMETUX_MINUTE_NS)/if (false)/
