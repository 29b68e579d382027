# what: what grew between two updates far apart is told as of the minute before the second
# file: trafmetux-src/source/source_plain.c
# test: unit test_source_plain
s/return time - before <= MINUTE_SECONDS ? SAMPLE_MINUTE : before;/return SAMPLE_MINUTE;/
