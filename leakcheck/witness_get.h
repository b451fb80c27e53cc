/* SPDX-License-Identifier: MIT */
/*
 * witness_get.h - which shmget, semget or msgget call made which object.
 *
 * A call is seen before it is done, so its result is not known. But a System V
 * identifier grows with each creation (sequence number, then index), and the
 * kernel hands out indices in turn: the object that a call made is found at
 * the next call, or at the end, as one whose identifier is greater than all
 * that were there before.
 */
#ifndef LEAKCHECK_WITNESS_GET_H
#define LEAKCHECK_WITNESS_GET_H

#include "leakcheck/caller.h"
#include "model/object.h"

struct get_call {
	struct caller caller;
	int number; /* of the system call */
	uint32_t key;
	uint64_t size; /* bytes or semaphores; not for queues */
	pid_t pid;
	const char *command; /* outlives the log */
};

struct get_maker {
	int id;
	pid_t pid;	     /* 0: one of several, not sure which */
	const char *command; /* of the first of them */
	bool certain; /* found while the call was watched, or by its cpid */
};

struct get_log {
	enum kind kind;
	struct get_call *pending; /* made nothing that was found, in order */
	size_t pending_count;
	struct get_maker *made; /* by growing id */
	size_t made_count;
	int last_index; /* of the newest object that was found */
	int last_id;
	size_t searches; /* that found nothing, since the last full one */
	bool watching;	 /* in get_log_await() */
};

/* What is there now was not made by calls that will be added. */
void get_log_start(struct get_log *log, enum kind kind);

/* A call is about to be done. Finds what the calls before it have made. */
void get_log_add(struct get_log *log, const struct get_call *call);

/*
 * The call that was added last goes on: look for what it makes until it is
 * over, at most until @deadline_ns or until there is input on @listener, where
 * others must not be kept waiting. What is found later may be a stranger's.
 */
void get_log_await(struct get_log *log, int listener, int64_t deadline_ns);

/* All calls are done. */
void get_log_finish(struct get_log *log);

/* NULL when no call is known to have made the object. */
const struct get_maker *get_log_find(const struct get_log *log, int id);

void get_log_free(struct get_log *log);

#endif
