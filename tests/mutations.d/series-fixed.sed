# what: every monitor is of the same series
# file: kernel-module/monitor.c
# test: parameters
s/get_random_bytes(&monitor->series, sizeof(monitor->series));/monitor->series = 1;/
