# what: the share of a processor that went is not read
# file: kernel-module/counter.c
# test: stress-hotplug
# stress: 10
/^trafmetux_counter_read/,/^}/ s/for_each_possible_cpu(cpu)/for_each_online_cpu(cpu)/
