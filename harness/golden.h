/* SPDX-License-Identifier: MIT */
/*
 * golden.h - the run without a fault: its sites in order, its objects with
 * their windows, what it left behind. Plain data; recorder.h fills it.
 */
#ifndef HARNESS_GOLDEN_H
#define HARNESS_GOLDEN_H

#include "harness/holds.h"
#include "model/caution.h"
#include "model/trial.h"

enum { NO_SITE = -1 };

/* An object that the golden run made. Sites are indices. */
struct lifetime {
	enum kind kind;
	int id;		  /* BY_ID */
	const char *path; /* BY_PATH: as it was made */
	int created;	  /* its first name's site */
	int released;	  /* NO_SITE: never */
};

/* What a site is inside of. */
struct site_state {
	struct site site;
	const struct call_row *row; /* NULL: of POINTS_SYSCALLS only */
	uint64_t key;		    /* finds it again: struct mark */
	unsigned key_nth;
	int64_t at_ns;	      /* when it came, since the start */
	int64_t result;	      /* -errno, or what the call returned */
	bool returned;	      /* false: it did not come back (exit_group) */
	unsigned live_before; /* objects alive just before the call */
	unsigned live_after;  /* just after it */
	uint64_t live_stacks; /* equal where objects of equal creators live */
	bool there;	      /* what it would make was there before */
	bool exiting;	      /* inside exit(): atexit hooks run already */
	bool unstable;	      /* not in every golden run */
	bool in_library;      /* in the middle of a libc call that does more */
	int object;	      /* lifetime, -1: none or not ours */
};

struct golden {
	struct site_state *sites; /* in the order of their calls */
	size_t site_count;
	struct lifetime *lifetimes;
	size_t lifetime_count;
	struct hold_lock *locks; /* sets are lifetimes */
	size_t lock_count;
	int status; /* wait(2) */
	int64_t duration_ns;
	bool hung;	   /* it was ended at the deadline */
	int stopped_by;	   /* the signal that told it to end, 0: none did */
	unsigned cautions; /* CAUTION_BIT()s */
	struct trial end;  /* what was left, survivors, output: as of a trial */
	struct arena arena;
	struct arena arena_frames;
};
void golden_free(struct golden *golden);

struct tally;
/* Fill @index: tally_mix(key, key_nth) leads to the site's index + 1. */
void golden_index(const struct golden *golden, struct tally *index);
/* Fill @locks: the holds_lock_key()s of what is a lock. */
void golden_find_locks(const struct golden *golden, struct tally *locks);

/*
 * Mark the sites of @golden that @other, a second golden run, has not: they
 * are not planned. Returns in how many sites the two differ; the first is told
 * in @differs.
 */
size_t golden_agree(struct golden *golden, const struct golden *other,
		    struct buf *differs);

/*
 * A path outside of any sandbox where both runs made a FIFO or a socket, NULL:
 * there is none. Runs at one time would be in each other's way there.
 */
const char *
golden_common_path(const struct golden *golden, const struct golden *other);

/* The run has ended badly: it left objects, hung, failed or had survivors. */
bool golden_is_bad(const struct golden *golden);

#endif
