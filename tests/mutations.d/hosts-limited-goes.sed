# what: a row with a limit may leave the table
# file: kernel-module/hosts_sampler.c
# test: hosts-samples
s/return !(row->note.flags & TRAFMETUX_HOST_LIMITED) \&\&/return/
