# what: iptables cuts the last character of a name
# file: iptables-ext/monitor_name.c
# test: extension
s/memcpy(name, text, strlen(text));/memcpy(name, text, strlen(text) - 1);/
