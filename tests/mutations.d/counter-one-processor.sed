# what: only the first processor's share is read
# file: kernel-module/counter.c
# test: stress-reloads
# stress: 2
/^trafmetux_counter_read/,/^}/ s/for_each_possible_cpu(cpu)/for (cpu = 0; cpu < 1; cpu++)/
