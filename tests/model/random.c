// SPDX-License-Identifier: GPL-2.0-or-later
/* splitmix64: the same numbers everywhere. */
#include "model.h"

uint64_t draw(uint64_t below)
{
	uint64_t mixed = model.random += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	mixed ^= mixed >> 31;
	return below ? mixed % below : mixed;
}

int64_t draw_between(int64_t least, int64_t most)
{
	return least + (int64_t)draw((uint64_t)(most - least) + 1);
}

bool chance(unsigned int percent)
{
	return draw(100) < percent;
}
