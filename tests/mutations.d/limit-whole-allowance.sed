# what: each processor may count on by itself to the limit
# file: kernel-module/limit.c
# test: stress-overshoot
# stress: 20
s/begin + div_u64(limit->left, 2 \* num_possible_cpus())/begin + left/
