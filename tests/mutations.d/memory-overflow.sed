# what: a hook's words are written a byte beyond their memory
# file: trafmetux-src/base/child.c
# test: unit cli_hooks.sh
s/malloc(strlen(line) + 2)/malloc(strlen(line))/
