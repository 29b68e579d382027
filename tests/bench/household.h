/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What households would send and receive, made up: the same for the same seed.
 * Nights are quiet, weekends are long, most minutes of work have no ssh.
 */
#ifndef TRAFMETUX_BENCH_HOUSEHOLD_H
#define TRAFMETUX_BENCH_HOUSEHOLD_H

#include <stdbool.h>
#include <stdint.h>

#define HOUR 3600
#define DAY 86400

/** A household's monitors; inout is the sum of input and output. */
enum kind { INPUT, OUTPUT, INOUT, SSH, KINDS };

struct counters {
	uint64_t packets;
	uint64_t bytes;
};

/** An hour of local time. */
struct hour {
	unsigned char hour;	/* 0 to 23 */
	bool weekend;
	int date;		/* year * 10000 + month * 100 + day */
};

/**
 * household_hour - the local hour that begins at @start
 *
 * Returns false where the zone's offset from UTC is no whole hour.
 */
bool household_hour(int64_t start, struct hour *hour);

/** household_traffic - what a monitor counts in the minute that ends at @time */
struct counters household_traffic(uint64_t seed, unsigned int household,
				  enum kind kind, const struct hour *hour,
				  int64_t time);

/** household_series - a monitor's id if it is created at @time */
uint64_t household_series(uint64_t seed, unsigned int household,
			  enum kind kind, int64_t time);

/**
 * household_restart - the end of the minute in which all machines go down
 *
 * Returns 0 if they don't on the UTC day of @time.
 */
int64_t household_restart(uint64_t seed, int64_t time);

#endif
