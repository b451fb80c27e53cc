/* SPDX-License-Identifier: MIT */
/*
 * idle.h - does a program wait for something to do? A server that is ready has
 * no other sign that all have in common. Pure.
 *
 *   asleep  .........##.#..............|
 *                       <- long enough ->
 */
#ifndef HARNESS_IDLE_H
#define HARNESS_IDLE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: not looked at yet. */
struct idle {
	bool asleep;
	int64_t since_ns;
	uint64_t ran_ns; /* at that time */
};

/*
 * One look, at @now_ns: whether all of its threads are @asleep, and how long
 * they have run on a processor so far. Returns whether it has been idle for
 * @enough_ns. To wake up now and then for a moment, as for a timer, is idle.
 */
bool idle_note(struct idle *idle, int64_t now_ns, bool asleep, uint64_t ran_ns,
	       int64_t enough_ns);

#endif
