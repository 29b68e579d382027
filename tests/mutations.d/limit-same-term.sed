# what: allowances granted when more was left stay good
# file: kernel-module/limit.c
# test: stress-overshoot
# stress: 20
s/WRITE_ONCE(limit->term, limit->term + 1);/;/
