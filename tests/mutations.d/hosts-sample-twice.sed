# what: a host has a sample each hour, whether it moved or not
# file: kernel-module/hosts_sampler.c
# test: hosts-samples
s/row.note.sampled != trafmetux_host_sum(row.total) \&\&/true \&\&/
