/* SPDX-License-Identifier: MIT */
/*
 * witness_get.h - which shmget, semget or msgget call made which object.
 *
 * A call is seen before it is done, so its result is not known. But the kernel
 * hands out indices in turn, and an identifier (sequence number, then index)
 * comes round again only after millions of creations: the object that a call
 * made is found at the next call, or at the end, as one whose identifier is not
 * the one that was seen last at its index. Of several the order is that of the
 * identifiers, which grow until the sequence number begins anew.
 */
#ifndef LEAKCHECK_WITNESS_GET_H
#define LEAKCHECK_WITNESS_GET_H

#include "leakcheck/witness_call.h"
#include "model/object.h"

struct get_call {
	struct witness_call call;
	uint32_t key;
	uint64_t size; /* bytes or semaphores; not for queues */
	pid_t pid;
	const char *command; /* outlives the log */
};

/* What was last seen at an index, and who made it. */
struct get_maker {
	int id;		     /* -1: nothing was there */
	pid_t pid;	     /* 0: one of several, not sure which */
	const char *command; /* of the first of them; NULL: no call made it */
	bool certain;	     /* see witness_call.h, or by its cpid */
};

struct get_log {
	enum kind kind;
	struct get_call *pending; /* made nothing that was found, in order */
	size_t pending_count;
	struct get_maker *seen; /* by index */
	size_t seen_count;
	int last_index; /* of the newest object that was found */
	int last_id;
	size_t searches; /* that found nothing, since the last full one */
};

/* What is there now was not made by calls that will be added. */
void get_log_start(struct get_log *log, enum kind kind);

/* A call is about to be done. Finds what the calls before it have made. */
void get_log_add(struct get_log *log, const struct get_call *call);

/*
 * Look for what the calls have made so far. Those of the thread @tid (0: none)
 * are over, for it calls again. Returns until when it is worth to look again:
 * the latest deadline of those that are not over, 0 when none is.
 */
int64_t get_log_settle(struct get_log *log, pid_t tid);

/* All calls are done. */
void get_log_finish(struct get_log *log);

/* NULL when no call is known to have made the object. */
const struct get_maker *get_log_find(const struct get_log *log, int id);

void get_log_free(struct get_log *log);

#endif
