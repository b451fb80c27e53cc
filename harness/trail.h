/* SPDX-License-Identifier: MIT */
/*
 * trail.h - what the trial under way may have made and a sandbox would not take
 * along when it goes: FIFOs and sockets lie in the host's directories; without
 * a sandbox all objects are the host's. What a killed warden leaves behind its
 * keeper removes by this, and nothing else: names are free for all, so each
 * record says how the object is told from others.
 *
 *   the call begins	trail_add()	its claim, and what was there before
 *   it has made it	trail_made()	what that is
 *   it is removed, or	trail_drop()
 *   was not made
 */
#ifndef HARNESS_TRAIL_H
#define HARNESS_TRAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "harness/claim.h"
#include "model/object.h"

struct trail; /* shared by the warden and its keeper */
struct trail_record;

/* Shared memory, made before the warden is forked. */
struct trail *trail_new(struct err *err);
void trail_free(struct trail *trail); /* NULL is allowed */

/*
 * Begin a record. @before: what has the path or key now, not identified where
 * nothing has. @path: BY_PATH, absolute, of a queue "/name". Returns NULL when
 * there is no room.
 */
struct trail_record *trail_add(struct trail *trail, const struct claim *claim,
			       const struct object *before, const char *path);
/* The same of what is made already. It is told by its identity alone. */
struct trail_record *
trail_add_made(struct trail *trail, const struct object *object,
	       const char *path);
void trail_made(struct trail_record *record, const struct object *object);
/* Its place is used again. NULL is allowed. */
void trail_drop(struct trail *trail, struct trail_record *record);
void trail_clear(struct trail *trail);

struct trail_entry {
	enum kind kind;
	const char *path;
};
/* The next record, false after the last. Start with *cursor 0. */
bool trail_next(const struct trail *trail, size_t *cursor,
		struct trail_entry *entry);

/*
 * Remove what of it is there and certainly is the trial's. With @sandboxed from
 * outside the sandbox that it was in: what is covered there went with it.
 */
void trail_sweep(struct trail *trail, bool sandboxed);

#endif
