/* SPDX-License-Identifier: MIT */
/* trial_run.c - make one trial, and look for a window where it leaks. */
#include "harness/trial_run.h"

#include "harness/judge.h"
#include "harness/shot.h"

/* A window that is not closed after so many instructions counts as open. */
enum { WINDOW_BOUND = 4096 };

void
range_init(struct range *range, struct station *station,
	   const struct golden *golden)
{
	*range = (struct range) {.station = station, .golden = golden};
	golden_index(golden, &range->sites);
	golden_find_locks(golden, &range->locks);
}

void
range_free(struct range *range)
{
	tally_free(&range->sites);
	tally_free(&range->locks);
	names_free(&range->names);
}

/* What a shot tells about windows. */
struct closing {
	unsigned steps_left; /* instructions that were not made any more */
	bool alone;	     /* the process has one thread */
};

/* One shot, judged. */
static int
shoot(struct range *range, const struct planned *planned, unsigned steps,
      struct trial *trial, struct closing *closing, struct err *err)
{
	struct shot shot = {.range = range,
			    .planned = planned,
			    .trial = trial,
			    .steps = steps};
	int failed;

	if (range->accept_golden) {
		shot.evidence.baseline = range->golden->end.left;
		shot.evidence.baseline_count = range->golden->end.left_count;
	}
	failed = shot_run(&shot, err);
	if (!failed)
		trial->verdict = judge(trial, &shot.evidence);
	closing->steps_left = shot.steps_left;
	closing->alone = shot.threads == 1;
	trial->window_closes = shot.stopped;
	shot_free(&shot);
	return failed;
}

/* What the signal comes to @steps instructions later. */
enum later { LATER_LEAKS, LATER_CLEAN, LATER_OVER };

static int
look_later(struct range *range, const struct planned *planned, unsigned steps,
	   struct trial *into, enum later *later, struct err *err)
{
	struct closing closing;

	trial_free(into);
	if ((range->again && range->again(range->owner, err)) ||
	    shoot(range, planned, steps, into, &closing, err))
		return -1;
	range->missed |= into->verdict == VERDICT_NOT_REACHED;
	*later = closing.steps_left		  ? LATER_OVER
		 : into->verdict == VERDICT_CLEAN ? LATER_CLEAN
						  : LATER_LEAKS;
	return 0;
}

enum { PROOFS = 2 };

/* Does the signal come to @expected at @steps instructions every time? */
static int
is_steady(struct range *range, const struct planned *planned, unsigned steps,
	  enum later expected, struct trial *last, bool *steady,
	  struct err *err)
{
	for (int i = 0; *steady && i < PROOFS; i++) {
		enum later later;

		if (look_later(range, planned, steps, last, &later, err))
			return -1;
		*steady = later == expected;
	}
	return 0;
}

/*
 * A leak that comes and goes by itself has no window: one instruction less must
 * leak, and this many be clean, again and again.
 */
static int
prove_window(struct range *range, const struct planned *planned, unsigned clean,
	     struct trial *last, unsigned *closed, struct err *err)
{
	bool steady = true;

	if (is_steady(range, planned, clean - 1, LATER_LEAKS, last, &steady,
		      err) ||
	    is_steady(range, planned, clean, LATER_CLEAN, last, &steady, err))
		return -1;
	if (steady)
		*closed = clean;
	return 0;
}

/*
 * The smallest number of instructions after which the signal is cleaned up:
 * doubled until it is, then halved between. *closed stays 0 when it never is
 * before the next system call.
 */
static int
find_window(struct range *range, const struct planned *planned,
	    struct trial *last, unsigned *closed, struct err *err)
{
	unsigned leaks = 0;
	unsigned clean = 1;
	enum later later = LATER_LEAKS;

	for (; clean <= WINDOW_BOUND; leaks = clean, clean *= 2) {
		if (look_later(range, planned, clean, last, &later, err))
			return -1;
		if (later != LATER_LEAKS)
			break;
	}
	while (later != LATER_LEAKS && clean - leaks > 1) {
		unsigned middle = leaks + (clean - leaks) / 2;
		enum later there;

		if (look_later(range, planned, middle, last, &there, err))
			return -1;
		if (there == LATER_LEAKS) {
			leaks = middle;
		} else {
			clean = middle;
			later = there;
		}
	}
	if (later == LATER_CLEAN)
		return prove_window(range, planned, clean, last, closed, err);
	return 0;
}

/*
 * Only a handler can clean up, and only if it ran. While one thread is led
 * step by step the others run on, so that nothing can be said of a window.
 */
static bool
may_be_window(const struct range *range, const struct trial *trial,
	      const struct closing *closing)
{
	return range->windows && closing->alone &&
	       trial->verdict == VERDICT_LEAKED &&
	       trial->phase == PHASE_RETURN &&
	       trial->fault.class == FAULT_SIGNAL &&
	       trial->reaction == REACTION_HANDLED;
}

static void
note_window(struct trial *trial, const struct trial *last, unsigned closed)
{
	trial->verdict = VERDICT_WINDOW;
	trial->window_instructions = closed;
	trial->window_closes = last->window_closes;
	frame_keep(&trial->window_closes, &trial->arena);
}

int
trial_run(struct range *range, const struct planned *planned,
	  struct trial *trial, struct err *err)
{
	struct trial last = {0};
	struct closing closing;
	unsigned closed = 0;
	int failed;

	if (shoot(range, planned, 0, trial, &closing, err))
		return -1;
	if (!may_be_window(range, trial, &closing))
		return 0;
	range->missed = false;
	failed = find_window(range, planned, &last, &closed, err);
	trial->window_unknown = range->missed && !closed;
	if (!failed && closed)
		note_window(trial, &last, closed);
	trial_free(&last);
	return failed;
}
