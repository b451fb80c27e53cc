/* SPDX-License-Identifier: MIT */
/*
 * trial.h - one run with one fault at one point: what was planned, what was
 * seen, what it comes to. Plain data.
 */
#ifndef MODEL_TRIAL_H
#define MODEL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "model/fault.h"
#include "model/object.h"
#include "model/site.h"
#include "model/verdict.h"

enum phase {
	PHASE_BEFORE, /* as if just before the call */
	PHASE_RETURN, /* done in the kernel, not yet known to the program */
};
const char *phase_name(enum phase phase); /* "before", "return" */
bool phase_parse(const char *text, enum phase *phase);

/* What the program had said to the kernel about the injected signal. */
enum reaction {
	REACTION_NONE,	  /* the fault is no signal */
	REACTION_DEFAULT, /* no handler: the kernel's action */
	REACTION_HANDLED,
	REACTION_IGNORED,
	REACTION_BLOCKED, /* it stays pending, or sigwait(3) takes it */
	REACTION_COUNT
};
const char *reaction_name(enum reaction reaction); /* "handled" */
bool reaction_parse(const char *text, enum reaction *reaction);

/* A release that the program tried after the fault. */
struct attempt {
	const char *operation; /* "shmctl" */
	const char *object;    /* "sysv-shm 7", NULL: not known which */
	struct frame place;
	int error; /* errno value, 0: it worked; -1: it did not return */
};

/* An object that is left, with where it was made. */
struct leftover {
	struct object object;	/* its texts belong to the trial's arena */
	const char *created_at; /* id of the site, NULL: not known */
	bool held;     /* a semaphore is taken: its next user waits for ever */
	bool expected; /* --allow-leaky-baseline: as without a fault */
};

struct survivor_seen {
	pid_t pid; /* in the sandbox */
	const char *command;
};

enum { TRIAL_STATUS_UNKNOWN = -1 };

struct trial {
	/* Planned; of a golden run nothing was, and its id is NULL. */
	const char *id;	      /* "<site id>:<phase>:<fault>" */
	const char *short_id; /* 8 hex digits, FNV-1a-64 of the id, the upper
				  half */
	const char *site;     /* id */
	enum phase phase;
	struct fault fault;
	enum policy policy;
	unsigned represents; /* equal points that it stands for, itself too */
	unsigned repetition; /* with --repeat: which one, from 1 */
	/* Seen. */
	enum verdict verdict;
	const char *note; /* why broken, not-available, ..., NULL: nothing */
	int status; /* of the first process, wait(2); TRIAL_STATUS_UNKNOWN */
	int64_t duration_ns;
	struct leftover *left;
	size_t left_count;
	struct survivor_seen *survivors;
	size_t survivor_count;
	enum reaction reaction;
	struct frame handler; /* of the signal; all unknown: none ran */
	struct attempt *attempts;
	size_t attempt_count;
	unsigned window_instructions; /* VERDICT_WINDOW: it leaks for so many */
	struct frame window_closes;
	/* It leaks, and whether for some instructions only is not known: when
	 * that was tried the site did not come. */
	bool window_unknown;
	const char *output; /* the end of what it wrote, NULL: nothing */
	/*
	 * In a log, where it was repeated: all repetitions, in their order, of
	 * which this one is the worst. None: it was made once.
	 */
	struct trial *runs;
	size_t run_count;
	struct arena arena; /* of all the texts and arrays */
};

/* Zero-initialise, free with trial_free(), which may run twice. */
void trial_free(struct trial *trial);

/* Append "<site id>:<phase>:<fault>". */
void trial_add_id(struct buf *into, const char *site, enum phase phase,
		  const struct fault *fault);
/* base/hash.h */
uint64_t trial_hash(const char *text);
enum { TRIAL_SHORT_ID = 8 };
/* 8 hex digits and a NUL for an id. */
void trial_short_id(const char *id, char into[TRIAL_SHORT_ID + 1]);
/* Has @text that form? It is shown as a word of a command line. */
bool trial_is_short_id(const char *text);
/* Or the first 4 digits and more of it? */
bool trial_may_be_short_id(const char *text);
/* One that was not expected, if there is such; NULL: nothing is left. */
const struct leftover *trial_first_left(const struct trial *trial);
/* How many are left besides that which were not expected, either. */
size_t trial_more_left(const struct trial *trial);

/* Does @given, at least 4 characters of a short id or a whole id, mean it? */
bool trial_is_called(const struct trial *trial, const char *given);

/*
 * How often its repetitions came to each verdict. Returns how many different
 * ones there are.
 */
size_t
trial_count_verdicts(const struct trial *trial, size_t counts[VERDICT_COUNT]);

/*
 * Does it say whether the program tidies up? Not a gap, and not a run that hung
 * or whose processes stayed: those were killed, and perhaps would have.
 */
bool trial_is_conclusive(const struct trial *trial);
/*
 * Must the gate fail for it? Never where the fault may leak. @strict: for what
 * is a mere note, too.
 */
bool trial_gates(const struct trial *trial, bool strict);

#endif
