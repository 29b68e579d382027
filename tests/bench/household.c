// SPDX-License-Identifier: GPL-2.0-or-later
#include "household.h"

#include <time.h>

/* Of 100 minutes, how many have traffic: by local hour, on weekdays and on weekends. */
static const unsigned char busy[2][24] = {
	{ 60, 35, 20, 15, 15, 20, 45, 70, 60, 50, 50, 50,
	  60, 55, 50, 55, 70, 85, 95, 98, 99, 99, 95, 80 },
	{ 85, 70, 50, 25, 15, 15, 20, 30, 50, 70, 85, 90,
	  92, 90, 90, 92, 95, 97, 99, 99, 99, 99, 98, 92 },
};

/* A number that looks random, for a number: the finaliser of splitmix64. */
static uint64_t mix(uint64_t number)
{
	number += UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

/* One of many independent series of such numbers. */
static uint64_t draw(uint64_t seed, unsigned int which, unsigned int household,
		     int64_t number)
{
	return mix(mix(seed + which * UINT64_C(1000003) + household) +
		   (uint64_t)number);
}

bool household_hour(int64_t start, struct hour *hour)
{
	const time_t time = (time_t)start;
	struct tm local;

	if (!localtime_r(&time, &local) || local.tm_min)
		return false;
	hour->hour = (unsigned char)local.tm_hour;
	hour->weekend = local.tm_wday % 6 == 0;
	hour->date = (local.tm_year + 1900) * 10000 +
		     (local.tm_mon + 1) * 100 + local.tm_mday;
	return true;
}

struct counters household_traffic(uint64_t seed, unsigned int household,
				  enum kind kind, const struct hour *hour,
				  int64_t time)
{
	const bool ssh = kind == SSH;
	const uint64_t chance = draw(seed, 1 + ssh, household, time);
	/* ssh: work, in a tenth of the hours */
	const unsigned int percent = !ssh ? busy[hour->weekend][hour->hour] :
		draw(seed, 3, household, (time - 1) / HOUR) % 10 ? 2 : 90;
	struct counters input = { 0 };
	struct counters output = { 0 };

	if (chance % 100 >= percent)
		return input;
	input.packets = 1 + (chance >> 8) % 64 * percent / 20;
	/* Films, in the evening most of all. */
	if (!ssh && (chance >> 16) % 400 < percent)
		input.packets += 4000 + (chance >> 24) % 60000;
	input.bytes = input.packets * (60 + (chance >> 40) % 1441);
	output.packets = 1 + input.packets / 2;
	output.bytes = output.packets * (52 + (chance >> 52) % 64);
	if (kind == OUTPUT)
		return output;
	if (kind != INPUT) {
		input.packets += output.packets;
		input.bytes += output.bytes;
	}
	return input;
}

uint64_t household_series(uint64_t seed, unsigned int household,
			  enum kind kind, int64_t time)
{
	return draw(seed, 4 + kind, household, time);
}

int64_t household_restart(uint64_t seed, int64_t time)
{
	const int64_t day = time / DAY;
	const uint64_t chance = draw(seed, 0, 0, day);

	return chance % 90 ? 0 :
	       day * DAY + (int64_t)((chance >> 8) % 1440) * 60;
}
