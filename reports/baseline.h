/* SPDX-License-Identifier: MIT */
/*
 * baseline.h - findings that were there when somebody began to look, and that
 * do not fail the gate: a file that only gets shorter. Pure.
 *
 *	# What it is for, in some lines.
 *	plan points=ipc equal=3
 *	31c3022a SIGHUP SIGTERM  # src/pool.c:pool_open:shmget sysv-shm
 *	70a12e4f window:SIGINT   # src/pool.c:pool_open:semget sysv-sem
 *	62c6c01c lines=2 exit    # src/pool.c:pool_open:msgget sysv-msg
 *
 * A line is a class and the faults after which it is known; after another it is
 * new. What is known as a window is new when it is left for good, and so is a
 * class of which more lines of the function fail. The plan says how wide the
 * campaigns were that found all that, for a narrower one cannot
 * tell that anything is gone. Behind '#' stands what is for people.
 */
#ifndef REPORTS_BASELINE_H
#define REPORTS_BASELINE_H

#include "base/attr.h"
#include "base/err.h"
#include "model/points.h"
#include "reports/known.h"
#include "reports/log.h"

struct classes;
struct evidence;

struct baseline_fault {
	struct fault fault;
	bool window; /* for some instructions only */
};

struct baseline_entry {
	char class[TRIAL_SHORT_ID + 1];
	size_t lines; /* of source that fail, in all; 0: as 1 */
	struct baseline_fault *faults;
	size_t fault_count;
	const char *comment; /* behind the '#', as it is; NULL: none */
	unsigned long line;  /* in its file, from 1; 0: it was not read */
	struct known known;
};

/* Which points were tried. */
struct baseline_plan {
	enum points points;
	int64_t equal; /* --equal, 0: all */
};

struct baseline {
	struct baseline_entry *items;
	size_t count;
	struct baseline_plan plan; /* the widest of those that were added */
	bool has_plan;
	struct arena arena;
};

/*
 * Append what @text says. @source names the file in errors. Returns 0, or -1
 * with *err naming source and line and showing a correct one.
 */
int baseline_parse(struct baseline *baseline, const char *source,
		   const char *text, size_t length, struct err *err);
void baseline_free(struct baseline *baseline);
#define CLEANUP_BASELINE CLEANUP(baseline_free)

/* What knows the finding, if it gates. NULL: it is new. */
struct known *
baseline_find(const struct baseline *baseline, const struct finding *finding);

/* Add the gating classes of a log. */
void baseline_add(struct baseline *baseline, const struct log *log,
		  const struct classes *classes);
/* Append the whole file. */
void baseline_write(struct buf *into, struct baseline *baseline);

/* What a log has of a baseline. */
struct baseline_review {
	size_t fixed;  /* classes: gone after all faults of their lines */
	size_t better; /* other classes: gone after some of them */
	size_t unseen; /* classes of whose place or faults it knows nothing */
	const char *why_not; /* nothing is called gone because of this */
};
/*
 * Append to @into what remains of @text, from which @baseline was read, when
 * what is gone is taken out. All else stays byte for byte.
 */
void baseline_tighten(const struct baseline *baseline, const char *text,
		      size_t length, struct evidence *evidence,
		      struct baseline_review *review, struct buf *into);

#endif
