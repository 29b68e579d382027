// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which meters there are: in each namespace a list, by the names of monitor and
 * device. A meter stays when its device goes, and counts again from the first
 * packet on when one of that name comes.
 *
 * Netfilter takes no hook away from a device that goes; it is a notifier that does.
 * All that changes the list or the hooks holds the rtnl lock, as all devices do
 * that come, go or are renamed. The registry's mutex is never taken within it: the
 * registry waits for memory, and nothing that has to do with devices should.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "control.h"
#include "meter.h"
#include "meters.h"
#include "monitor.h"
#include "registry.h"

static unsigned int max_meters = TRAFMETUX_METERS_DEFAULT;
module_param(max_meters, uint, 0644);
MODULE_PARM_DESC(max_meters, "meters that a network namespace may have (default: 1024)");

static unsigned int trafmetux_meters_id __read_mostly;

/**
 * struct trafmetux_way - which packets of a device, and where they are got
 * @name: as userspace has it
 * @is_tap: not at hooks, but where tcpdump sees packets
 * @count: how many hooks it takes; if none and no tap, this kernel lacks them
 * @hosts: the hook that counts hosts, or NULL if there is none on this way
 * @hooks: those, but for what is of one meter
 */
struct trafmetux_way {
	const char *name;
	bool is_tap;
	unsigned int count;
	nf_hookfn *hosts;
	struct nf_hook_ops hooks[TRAFMETUX_HOOKS_MAX];
};

/*
 * A flowtable takes its packets at priority 0 on the way in and gives them out
 * without any rule having seen them: in comes before that, out after all else.
 */
static const struct trafmetux_way trafmetux_ways[] = {
	{
		.name = "in",
#ifdef CONFIG_NETFILTER_INGRESS
		.count = 1,
		.hosts = trafmetux_hosts_in,
		.hooks = {
			{
				.hook = trafmetux_meter_in,
				.pf = NFPROTO_NETDEV,
				.hooknum = NF_NETDEV_INGRESS,
				.priority = INT_MIN,
			},
		},
#endif
	},
	{
		.name = "tapped-in",
		.is_tap = true,
	},
	{
		.name = "out",
#ifdef CONFIG_NETFILTER_EGRESS	/* since 5.16 */
		.count = 1,
		.hosts = trafmetux_hosts_out,
		.hooks = {
			{
				.hook = trafmetux_meter_out,
				.pf = NFPROTO_NETDEV,
				.hooknum = NF_NETDEV_EGRESS,
				.priority = INT_MAX,
			},
		},
#endif
	},
	{
		.name = "routed-out",
		.count = 2,
		.hooks = {
			{
				.hook = trafmetux_meter_routed_ipv4,
				.pf = NFPROTO_IPV4,
				.hooknum = NF_INET_POST_ROUTING,
				.priority = INT_MAX,
			},
			{
				.hook = trafmetux_meter_routed_ipv6,
				.pf = NFPROTO_IPV6,
				.hooknum = NF_INET_POST_ROUTING,
				.priority = INT_MAX,
			},
		},
	},
};

static const struct trafmetux_way *trafmetux_way_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(trafmetux_ways); i++) {
		if (!strcmp(trafmetux_ways[i].name, name))
			return &trafmetux_ways[i];
	}
	return NULL;
}

/**
 * trafmetux_way_name() - a way as userspace has it
 * @way: which
 *
 * Return: its name.
 */
const char *trafmetux_way_name(const struct trafmetux_way *way)
{
	return way->name;
}

static void trafmetux_meter_tap(struct trafmetux_meter *meter,
				struct net_device *device)
{
	meter->tap = (struct packet_type){
		.type = htons(ETH_P_ALL),
		.ignore_outgoing = true,
		.dev = device,
		.func = trafmetux_meter_tapped_in,
		.af_packet_priv = (void *)(__force unsigned long)
				  meter->routed.counter,
	};
	dev_add_pack(&meter->tap);
}

static int trafmetux_meter_hook(struct trafmetux_meter *meter,
				struct net_device *device)
{
	const struct trafmetux_way *way = meter->way;
	unsigned int i;

	/* Packets may still be in the hooks of the device before. */
	WRITE_ONCE(meter->routed.device, device);
	for (i = 0; i < way->count; i++) {
		struct nf_hook_ops *hook = &meter->hooks[i];

		*hook = way->hooks[i];
		if (hook->pf == NFPROTO_NETDEV) {
			hook->dev = device;
			hook->priv = (void *)(__force unsigned long)
				     meter->routed.counter;
			if (meter->metered.hosts) {
				hook->hook = way->hosts;
				hook->priv = &meter->metered;
			}
		} else {
			hook->priv = &meter->routed;
		}
	}
	return nf_register_net_hooks(dev_net(device), meter->hooks, way->count);
}

/* Begin to count the packets of a device that is there. */
static int trafmetux_meter_attach(struct trafmetux_meter *meter,
				  struct net_device *device)
{
	if (meter->way->is_tap)
		trafmetux_meter_tap(meter, device);
	else
		meter->error = trafmetux_meter_hook(meter, device);
	if (!meter->error)
		meter->device = device;
	return meter->error;
}

/*
 * Packets may still be in its hooks. A tap waits for them: it is a link of the
 * device's list, and of another's as soon as that has the name.
 */
static void trafmetux_meter_detach(struct trafmetux_meter *meter)
{
	meter->error = 0;
	if (!meter->device)
		return;
	if (meter->way->is_tap)
		dev_remove_pack(&meter->tap);
	else
		nf_unregister_net_hooks(dev_net(meter->device), meter->hooks,
					meter->way->count);
	meter->device = NULL;
}

static struct trafmetux_meter *
trafmetux_meters_find(struct trafmetux_meters *meters, const char *monitor,
		      const char *device, const struct trafmetux_way *way)
{
	struct trafmetux_meter *meter;

	ASSERT_RTNL();
	list_for_each_entry(meter, &meters->list, list) {
		if (meter->way == way && !strcmp(meter->name, device) &&
		    !strcmp(meter->monitor->name, monitor))
			return meter;
	}
	return NULL;
}

/* A new meter, its device there or not. */
static int trafmetux_meters_insert(struct trafmetux_meters *meters,
				   struct trafmetux_meter *meter)
{
	struct net_device *device;
	int err;

	ASSERT_RTNL();
	if (meters->count >= READ_ONCE(max_meters))
		return -ENOSPC;
	device = __dev_get_by_name(meters->net, meter->name);
	if (device) {
		err = trafmetux_meter_attach(meter, device);
		if (err)
			return err;
	}
	list_add_tail(&meter->list, &meters->list);
	meters->count++;
	return 0;
}

static struct trafmetux_meter *
trafmetux_meter_alloc(struct net *net,
		      const struct trafmetux_meter_words *words,
		      const struct trafmetux_way *way, enum trafmetux_use use)
{
	struct trafmetux_meter *meter;

	meter = kzalloc(sizeof(*meter), GFP_KERNEL_ACCOUNT);
	if (!meter)
		return ERR_PTR(-ENOMEM);
	meter->monitor = trafmetux_registry_get_hosts(net, words->monitor, use,
						      words->max);
	if (IS_ERR(meter->monitor)) {
		int err = PTR_ERR(meter->monitor);

		kfree(meter);
		return ERR_PTR(err);
	}
	/* As rules do: the module stays while it has something to count. */
	__module_get(THIS_MODULE);
	meter->use = use;
	meter->way = way;
	meter->routed.counter = meter->monitor->counter;
	if (words->max) {
		meter->metered.hosts = meter->monitor->hosts;
		meter->metered.counter = meter->monitor->counter;
	}
	strscpy(meter->name, words->device, sizeof(meter->name));
	return meter;
}

/* For one that is in no list, and that no packet is in any more. */
static void trafmetux_meter_free(struct trafmetux_meter *meter)
{
	trafmetux_registry_put(meter->monitor, meter->use);
	kfree(meter);
	module_put(THIS_MODULE);
}

/* Is it there already? */
static bool trafmetux_meters_has(struct trafmetux_meters *meters,
				 const struct trafmetux_meter_words *words,
				 const struct trafmetux_way *way)
{
	bool found;

	rtnl_lock();
	found = trafmetux_meters_find(meters, words->monitor, words->device,
				      way);
	rtnl_unlock();
	return found;
}

/**
 * trafmetux_meters_add() - make a meter
 * @meters: the namespace's
 * @words: monitor, device and way, from userspace
 * @use: TRAFMETUX_METER, TRAFMETUX_SHARED_METER or TRAFMETUX_HOSTS_METER
 *
 * The device need not be there. Where there is that meter already, nothing changes.
 *
 * Context: may sleep; the caller's call keeps namespace and module.
 * Return: 0; -EINVAL for words that make no sense, -EOPNOTSUPP for a way that
 *	this kernel has no hook for, or none that counts hosts, -ENOSPC for one
 *	meter, monitor or host too many, -EBUSY where the monitor is fed in a way
 *	that does not go with it, -ENOMEM; or what netfilter says, as
 *	-E2BIG for too many hooks at a device.
 */
int trafmetux_meters_add(struct trafmetux_meters *meters,
			 const struct trafmetux_meter_words *words,
			 enum trafmetux_use use)
{
	const struct trafmetux_way *way = trafmetux_way_find(words->way);
	struct trafmetux_meter *meter;
	bool kept = false;
	int err = 0;

	if (!way || !dev_valid_name(words->device))
		return -EINVAL;
	if (words->max ? !way->hosts : !way->is_tap && !way->count)
		return -EOPNOTSUPP;
	if (trafmetux_meters_has(meters, words, way))
		return 0;

	meter = trafmetux_meter_alloc(meters->net, words, way, use);
	if (IS_ERR(meter))
		return PTR_ERR(meter);
	rtnl_lock();
	/* Somebody may have been quicker. */
	if (!trafmetux_meters_find(meters, words->monitor, words->device,
				   way)) {
		err = trafmetux_meters_insert(meters, meter);
		kept = !err;
	}
	rtnl_unlock();
	/* Never in a list, and where a hook was refused no packet was in it. */
	if (!kept)
		trafmetux_meter_free(meter);
	return err;
}

/**
 * trafmetux_meters_remove() - take a meter away
 * @meters: the namespace's
 * @words: monitor, device and way, from userspace
 *
 * Where there is no such meter, nothing changes.
 *
 * Context: may sleep; the caller's call keeps namespace and module.
 * Return: 0, or -EINVAL for words that make no sense.
 */
int trafmetux_meters_remove(struct trafmetux_meters *meters,
			    const struct trafmetux_meter_words *words)
{
	const struct trafmetux_way *way = trafmetux_way_find(words->way);
	struct trafmetux_meter *meter;

	if (!way)
		return -EINVAL;
	rtnl_lock();
	meter = trafmetux_meters_find(meters, words->monitor, words->device,
				      way);
	if (meter) {
		list_del(&meter->list);
		meters->count--;
		trafmetux_meter_detach(meter);
	}
	rtnl_unlock();
	if (!meter)
		return 0;
	/* Whoever detached it, packets may have been in its hooks until now. */
	synchronize_net();
	trafmetux_meter_free(meter);
	return 0;
}

/*
 * What can't be done for a device that comes is told, and does not keep it from
 * coming.
 */
static void trafmetux_meters_come(struct trafmetux_meters *meters,
				  struct net_device *device)
{
	struct trafmetux_meter *meter;
	int err;

	list_for_each_entry(meter, &meters->list, list) {
		if (meter->device || strcmp(meter->name, device->name))
			continue;
		err = trafmetux_meter_attach(meter, device);
		if (err)
			pr_warn_ratelimited("%s does not count what goes %s at %s: error %d\n",
					    meter->monitor->name,
					    meter->way->name, meter->name,
					    -err);
	}
}

/* It may have another name by now than its meters. */
static void trafmetux_meters_leave(struct trafmetux_meters *meters,
				   const struct net_device *device)
{
	struct trafmetux_meter *meter;

	list_for_each_entry(meter, &meters->list, list) {
		if (meter->device == device)
			trafmetux_meter_detach(meter);
	}
}

/* To another namespace a device goes as if it ended here and began there. */
static int trafmetux_meters_event(struct notifier_block *notifier,
				  unsigned long event, void *data)
{
	struct net_device *device = netdev_notifier_info_to_dev(data);
	struct trafmetux_meters *meters;

	meters = net_generic(dev_net(device), trafmetux_meters_id);
	switch (event) {
	case NETDEV_REGISTER:
		trafmetux_meters_come(meters, device);
		break;
	case NETDEV_CHANGENAME:
		trafmetux_meters_leave(meters, device);
		trafmetux_meters_come(meters, device);
		break;
	case NETDEV_UNREGISTER:
		trafmetux_meters_leave(meters, device);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block trafmetux_meters_notifier = {
	.notifier_call = trafmetux_meters_event,
};

static int __net_init trafmetux_meters_net_init(struct net *net)
{
	struct trafmetux_meters *meters = net_generic(net, trafmetux_meters_id);

	meters->net = net;
	INIT_LIST_HEAD(&meters->list);
	meters->count = 0;
	meters->file = trafmetux_control_add(trafmetux_registry_directory(net),
					     meters);
	return meters->file ? 0 : -ENOMEM;
}

/*
 * Its devices are gone, and their meters detached; all that is left is to give
 * back what these hold, before the monitors go. Nobody is in the file: he would
 * hold the namespace.
 */
static void __net_exit trafmetux_meters_net_exit(struct net *net)
{
	struct trafmetux_meters *meters = net_generic(net, trafmetux_meters_id);
	struct trafmetux_meter *meter, *next;

	trafmetux_control_remove(meters->file);
	if (list_empty(&meters->list))
		return;
	rtnl_lock();
	list_for_each_entry(meter, &meters->list, list)
		trafmetux_meter_detach(meter);
	rtnl_unlock();
	synchronize_net();
	list_for_each_entry_safe(meter, next, &meters->list, list)
		trafmetux_meter_free(meter);
}

static struct pernet_operations trafmetux_meters_net_operations = {
	.init = trafmetux_meters_net_init,
	.exit = trafmetux_meters_net_exit,
	.id = &trafmetux_meters_id,
	.size = sizeof(struct trafmetux_meters),
};

/**
 * trafmetux_meters_init() - get ready for meters, in every namespace
 *
 * The registry is ready: what begins after it in a namespace ends before it.
 *
 * Return: 0 or -ENOMEM.
 */
int __init trafmetux_meters_init(void)
{
	int err = register_pernet_subsys(&trafmetux_meters_net_operations);

	if (err)
		return err;
	err = register_netdevice_notifier(&trafmetux_meters_notifier);
	if (err)
		unregister_pernet_subsys(&trafmetux_meters_net_operations);
	return err;
}

/**
 * trafmetux_meters_exit() - the reverse; there are no meters any more
 */
void trafmetux_meters_exit(void)
{
	unregister_netdevice_notifier(&trafmetux_meters_notifier);
	unregister_pernet_subsys(&trafmetux_meters_net_operations);
}
