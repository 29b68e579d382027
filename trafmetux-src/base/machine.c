// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/number.h"
#include "base/sample.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/*
 * Digits of epoch seconds, 1973 to 5138: fewer, or more, are rather a year or a date
 * without its dashes.
 */
enum { SECONDS_DIGITS_LEAST = 9, SECONDS_DIGITS_MOST = 11 };

int64_t clock_present(void)
{
	return time(NULL);
}

int64_t clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

struct clock_reading clock_read(void)
{
	struct timex state = { .modes = 0 };
	struct timespec since_boot = { .tv_sec = 0 };
	struct clock_reading reading = { .now = clock_present() };

	if (clock_gettime(CLOCK_BOOTTIME, &since_boot))
		clock_gettime(CLOCK_MONOTONIC, &since_boot);
	reading.uptime = since_boot.tv_sec;
	reading.is_synchronised = adjtimex(&state) >= 0 &&
				  !(state.status & STA_UNSYNC);
	return reading;
}

void clock_format(int64_t instant, char text[CLOCK_TEXT_SIZE])
{
	const time_t seconds = (time_t)instant;
	struct tm local;

	if (!localtime_r(&seconds, &local) ||
	    !strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%d %H:%M", &local))
		*text = '\0';
}

static int parse_local(const char *text, int64_t *instant)
{
	static const char *const formats[] = {
		"%Y-%m-%d %H:%M:%S",
		"%Y-%m-%d %H:%M",
	};
	const char *end = NULL;
	struct tm wanted;
	struct tm local;
	time_t found;

	for (size_t at = 0; at < sizeof(formats) / sizeof(*formats); at++) {
		wanted = (struct tm){ .tm_isdst = -1 };
		end = strptime(text, formats[at], &wanted);
		if (end && *end == '\0')
			break;
	}
	if (!end || *end != '\0')
		return -EINVAL;
	wanted.tm_isdst = -1;
	local = wanted;
	found = mktime(&local);
	/* Where the clock skipped this time, mktime() answers another. */
	if (local.tm_mday != wanted.tm_mday || local.tm_mon != wanted.tm_mon ||
	    local.tm_year != wanted.tm_year ||
	    local.tm_hour != wanted.tm_hour || local.tm_min != wanted.tm_min)
		return -EINVAL;
	*instant = found;
	return *instant >= 0 && *instant <= SAMPLE_TIME_MAX ? 0 : -EINVAL;
}

int clock_parse(const char *text, int64_t *time)
{
	const char *cursor = text;
	const char *end = text + strlen(text);

	if (number_parse_time(&cursor, end, time) && cursor == end)
		return end - text >= SECONDS_DIGITS_LEAST &&
		       end - text <= SECONDS_DIGITS_MOST ? 0 : -EINVAL;
	return parse_local(text, time);
}

/* The id itself is not for others to know, see machine-id(5). */
static uint64_t hash_id(const char *path)
{
	static const char salt[] = "trafmetux";
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[128];
	ssize_t length;

	if (file < 0)
		return 0;
	length = read(file, text, sizeof(text));
	close(file);
	if (length < 32)
		return 0;
	return hash_bytes(hash_bytes(HASH_START, salt, sizeof(salt)), text,
			  (size_t)length);
}

static uint64_t find_inode(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : (uint64_t)status.st_ino;
}

uint64_t network_inode(void)
{
	return find_inode("/proc/self/ns/net");
}

bool network_cookie(uint64_t *number)
{
	const int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(*number);
	bool is_found;

	is_found = socket_ >= 0 && getsockopt(socket_, SOL_SOCKET, SO_NETNS_COOKIE,
					      number, &size) == 0;
	if (socket_ >= 0)
		close(socket_);
	return is_found;
}

struct place place_find(void)
{
	struct place place = {
		.machine = hash_id("/etc/machine-id"),
		.boot = hash_id("/proc/sys/kernel/random/boot_id"),
		.network = network_inode(),
		.home = find_inode("/proc/1/ns/net"),
	};
	struct timespec up;

	if (!place.machine)
		place.machine = hash_id("/var/lib/dbus/machine-id");
	if (!clock_gettime(CLOCK_BOOTTIME, &up))
		place.uptime = up.tv_sec;
	return place;
}
