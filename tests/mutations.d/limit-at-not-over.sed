# what: a monitor is over its limit when it is at it
# file: kernel-module/limit.c
# test: limit
s/if (total > limit->bytes)/if (total >= limit->bytes)/
