/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_COMPAT_H
#define _TRAFMETUX_COMPAT_H

/*
 * For kernels that lack what the module uses. Kbuild finds out by compiling a
 * line with the kernel's own flags, not by version: stable kernels and
 * distributions move changes between versions.
 */

#ifdef TRAFMETUX_NO_PDE_DATA		/* before 5.17 */
#include <linux/proc_fs.h>
#define pde_data(inode) PDE_DATA(inode)
#endif

#ifdef TRAFMETUX_NO_HRTIMER_SETUP	/* before 6.13 */
#include <linux/hrtimer.h>

static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#endif /* _TRAFMETUX_COMPAT_H */
