/* SPDX-License-Identifier: MIT */
/* idle.c - does a program wait for something to do? */
#include "harness/idle.h"

enum { SHARE = 10 }; /* who runs for less than one tenth is idle */

/* A thread that ends takes its time with it: then they have run for less. */
static bool
has_worked(const struct idle *idle, int64_t now_ns, uint64_t ran_ns)
{
	return ran_ns < idle->ran_ns ||
	       ran_ns - idle->ran_ns >
		       (uint64_t)(now_ns - idle->since_ns) / SHARE;
}

bool
idle_note(struct idle *idle, int64_t now_ns, bool asleep, uint64_t ran_ns,
	  int64_t enough_ns)
{
	if (asleep && idle->asleep && !has_worked(idle, now_ns, ran_ns))
		return now_ns - idle->since_ns >= enough_ns;
	*idle = (struct idle) {asleep, now_ns, ran_ns};
	return false;
}
