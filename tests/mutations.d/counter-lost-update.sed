# what: a packet counted while another is on the same processor is lost
# file: kernel-module/counter.h
# test: stress-reloads preempt
# stress: 10
# The emulator takes interrupts between blocks only: the call makes it two blocks.
s/^\tthis_cpu_add(counter->packets, packets);/\tu64 before = this_cpu_read(counter->packets);\n\n\tcpu_relax();\n\tthis_cpu_write(counter->packets, before + packets);/
