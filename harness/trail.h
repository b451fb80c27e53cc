/* SPDX-License-Identifier: MIT */
/*
 * trail.h - what the trial under way may have made and a sandbox would not take
 * along when it goes: FIFOs and sockets lie in the host's directories; without
 * a sandbox all objects are the host's. What a killed warden leaves behind its
 * keeper removes by this.
 */
#ifndef HARNESS_TRAIL_H
#define HARNESS_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/err.h"
#include "model/kind.h"

struct trail; /* shared by the warden and its keeper */

/* Noted before the call, when nothing was there; an id once it is known. */
struct trail_entry {
	enum kind kind;
	const char *path; /* BY_PATH: absolute, of a queue "/name" */
	int id;		  /* BY_ID; -1: being made, the rest is asked for */
	uint32_t key;
	pid_t creator;
	time_t since; /* not older */
};

/* Shared memory, made before the warden is forked. */
struct trail *trail_new(struct err *err);
void trail_free(struct trail *trail); /* NULL is allowed */

/* False when there is no room. */
bool trail_add(struct trail *trail, const struct trail_entry *entry);
/* The next entry, false after the last. Start with *cursor 0. */
bool trail_next(const struct trail *trail, size_t *cursor,
		struct trail_entry *entry);
void trail_clear(struct trail *trail);

/*
 * Remove what of it is there now and is of its kind. With @sandboxed from
 * outside the sandbox that it was in: what is covered there went with it.
 */
void trail_sweep(struct trail *trail, bool sandboxed);

#endif
