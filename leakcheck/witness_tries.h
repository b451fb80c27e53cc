/* SPDX-License-Identifier: MIT */
/*
 * witness_tries.h - calls that are about to make something at a path, until it
 * is known what came of them.
 *
 * A call goes on without us, and another process may make something of the same
 * name before we look again: so it is looked at once, and often. Where there is
 * something at the path already the call will fail, unless another thread
 * removes that just before it is done: so what is there must be another file to
 * be the call's.
 */
#ifndef LEAKCHECK_WITNESS_TRIES_H
#define LEAKCHECK_WITNESS_TRIES_H

#include "leakcheck/witness_call.h"
#include "leakcheck/witness_paths.h"

struct path_try {
	struct witness_call call;
	unsigned kinds;
	const char *path;
	struct maker maker;
	struct object there; /* with what is at the path already, if anything */
};

/* Zero-initialise to start. */
struct path_tries {
	struct path_try *open; /* nobody knows what came of them */
	size_t count;
};

/*
 * A call is about to be done: look what is at its path now, fill @try->there
 * and enter the path in @log; @try->path is then of the log.
 */
void path_tries_enter(struct path_log *log, struct path_try *try);
/* It goes on, and what comes of it is to be seen. */
void path_tries_add(struct path_tries *tries, const struct path_try *try);

/*
 * Look for what the open ones have made, and close those that are over; those
 * of the thread @tid (0: none) are, for it calls again. Returns until when it
 * is worth to look again: the latest deadline of those that stay open, 0 when
 * none does.
 */
int64_t
path_tries_settle(struct path_tries *tries, struct path_log *log, pid_t tid);

/*
 * Count as missed what was made at a path that leads to another mount by now,
 * because something was unmounted there or mounted over it: whether it is still
 * there cannot be seen.
 */
void path_tries_miss_unmounted(struct path_log *log);

void path_tries_free(struct path_tries *tries);

#endif
