// SPDX-License-Identifier: GPL-2.0-only
/* What is written to the file of a table of hosts: limits, and prefixes to list. */
#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "hosts.h"
#include "hosts_orders.h"
#include "hosts_sampler.h"
#include "registry.h"

/* The next word of a line, or NULL. */
static char *trafmetux_orders_word(char **line)
{
	char *word;

	do {
		word = strsep(line, " \t");
	} while (word && !*word);
	return word;
}

/* "192.0.2.7", "192.0.2.0/24", "2001:db8::/32": nothing beyond the prefix. */
static int trafmetux_orders_address(char *text, struct trafmetux_host_key *key)
{
	bool is_ipv6 = strchr(text, ':');
	u8 prefix = is_ipv6 ? 128 : 32;
	union trafmetux_address whole;
	char *length = strchr(text, '/');

	memset(key, 0, sizeof(*key));
	if (length) {
		*length++ = '\0';
		if (*length == '+' || kstrtou8(length, 10, &prefix) ||
		    prefix > (is_ipv6 ? 128 : 32))
			return -EINVAL;
	}
	if (is_ipv6 ? !in6_pton(text, -1, key->address.v6.s6_addr, -1, NULL) :
		      !in4_pton(text, -1, (u8 *)&key->address.v4, -1, NULL))
		return -EINVAL;
	key->tag = is_ipv6 ? TRAFMETUX_KIND_IPV6 + prefix : prefix;
	key->compare = TRAFMETUX_TAG_LOW;
	whole = key->address;
	trafmetux_address_mask(&key->address, key->tag);
	return memcmp(&whole, &key->address, sizeof(whole)) ? -EINVAL : 0;
}

/* "limit ADDRESS BYTES" or "limit ADDRESS none". */
static int trafmetux_orders_limit(struct trafmetux_hosts *hosts,
				  const struct trafmetux_host_key *key,
				  const char *text)
{
	u64 bytes = 0;
	int err;

	if (strcmp(text, "none")) {
		if (*text == '+')	/* kstrtou64() takes it for a number's */
			return -EINVAL;
		err = kstrtou64(text, 10, &bytes);
		if (err)
			return err;
	}
	return trafmetux_hosts_limit(hosts, key, bytes);
}

static int trafmetux_orders_list(struct trafmetux_hosts *hosts,
				 const struct trafmetux_host_key *key)
{
	int err;

	trafmetux_registry_lock();
	err = trafmetux_hosts_list(hosts, key);
	trafmetux_registry_unlock();
	return err;
}

static void trafmetux_orders_remove(struct trafmetux_hosts *hosts,
				    const struct trafmetux_host_key *key)
{
	struct trafmetux_host_row row;
	u32 place;

	for (place = trafmetux_hosts_row(hosts, 0, &row); place != U32_MAX;
	     place = trafmetux_hosts_row(hosts, place + 1, &row)) {
		if ((row.tag ^ key->tag) & TRAFMETUX_TAG_KIND ||
		    memcmp(&row.address, &key->address, sizeof(row.address)))
			continue;
		trafmetux_hosts_unlist(hosts, row.tag & TRAFMETUX_TAG_KIND);
		trafmetux_hosts_remove(hosts, place);
		return;
	}
}

/* Where none is listed, none is removed. */
static int trafmetux_orders_unlist(struct trafmetux_hosts *hosts,
				   const struct trafmetux_host_key *key)
{
	trafmetux_registry_lock();
	if (hosts->listed)
		trafmetux_orders_remove(hosts, key);
	trafmetux_registry_unlock();
	return 0;
}

/**
 * trafmetux_hosts_obey() - do what is written
 * @hosts: the table
 * @line: the order, without space around it; it is changed
 *
 * Context: may sleep.
 * Return: 0, -EINVAL or -ERANGE for what is no order, or an error of
 *	trafmetux_hosts_limit() or trafmetux_hosts_list().
 */
int trafmetux_hosts_obey(struct trafmetux_hosts *hosts, char *line)
{
	char *order = trafmetux_orders_word(&line);
	char *address = trafmetux_orders_word(&line);
	char *value = trafmetux_orders_word(&line);
	struct trafmetux_host_key key;
	int err;

	if (!address || trafmetux_orders_word(&line))
		return -EINVAL;
	err = trafmetux_orders_address(address, &key);
	if (err)
		return err;
	if (value && !strcmp(order, "limit"))
		return trafmetux_orders_limit(hosts, &key, value);
	if (!value && !strcmp(order, "+"))
		return trafmetux_orders_list(hosts, &key);
	if (!value && !strcmp(order, "-"))
		return trafmetux_orders_unlist(hosts, &key);
	return -EINVAL;
}
