# what: weeks begin on Sunday, whatever was asked for
# file: trafmetux-src/time/period.c
# test: unit test_period
s/calendar->first_weekday + 7) % 7;/0 + 7) % 7;/
