/* SPDX-License-Identifier: MIT */
/* golden.c - the run without a fault. */
#include "harness/golden.h"

#include <stdlib.h>
#include <sys/wait.h>

#include "harness/tally.h"
#include "leakcheck/sandbox.h"

void
golden_free(struct golden *golden)
{
	trial_free(&golden->end);
	arena_free(&golden->arena);
	arena_free(&golden->arena_frames);
	free(golden->sites);
	free(golden->lifetimes);
	free(golden->locks);
	*golden = (struct golden) {0};
}

static uint64_t
key_of(const struct site_state *state)
{
	return tally_mix(state->key, state->key_nth);
}

void
golden_index(const struct golden *golden, struct tally *index)
{
	for (size_t i = 0; i < golden->site_count; i++)
		*tally_of(index, key_of(&golden->sites[i])) = (unsigned)i + 1;
}

void
golden_find_locks(const struct golden *golden, struct tally *locks)
{
	for (size_t i = 0; i < golden->lock_count; i++) {
		const struct hold_lock *lock = &golden->locks[i];
		const struct lifetime *set = &golden->lifetimes[lock->set];

		*tally_of(locks,
			  holds_lock_key(golden->sites[set->created].site.id,
					 lock->number)) = 1;
	}
}

/* Say in which run a site is alone, once. */
static void
tell(struct buf *differs, const char *run, const struct site_state *state)
{
	if (!differs->length)
		buf_printf(differs, "%s is in the %s run only", state->site.id,
			   run);
}

/* How many sites of @golden are not in @index; the first is told. */
static size_t
mark_missing(struct golden *golden, const struct tally *index, const char *run,
	     struct buf *differs, bool mark)
{
	size_t missing = 0;

	for (size_t i = 0; i < golden->site_count; i++) {
		struct site_state *state = &golden->sites[i];

		if (tally_get(index, key_of(state)))
			continue;
		tell(differs, run, state);
		missing++;
		if (mark)
			state->unstable = true;
	}
	return missing;
}

size_t
golden_agree(struct golden *golden, const struct golden *other,
	     struct buf *differs)
{
	struct tally mine = {0};
	struct tally theirs = {0};
	size_t missing;

	golden_index(golden, &mine);
	golden_index(other, &theirs);
	missing = mark_missing(golden, &theirs, "first", differs, true);
	missing += mark_missing((struct golden *)other, &mine, "second",
				differs, false);
	tally_free(&mine);
	tally_free(&theirs);
	return missing;
}

static bool
is_outside(const struct lifetime *lifetime)
{
	return (lifetime->kind == KIND_FIFO ||
		lifetime->kind == KIND_UNIX_SOCKET) &&
	       !sandbox_covers(lifetime->path);
}

const char *
golden_common_path(const struct golden *golden, const struct golden *other)
{
	struct tally paths = {0};
	const char *found = NULL;

	for (size_t i = 0; i < other->lifetime_count; i++)
		if (is_outside(&other->lifetimes[i]))
			*tally_of(&paths,
				  trial_hash(other->lifetimes[i].path)) = 1;
	for (size_t i = 0; i < golden->lifetime_count && !found; i++)
		if (is_outside(&golden->lifetimes[i]) &&
		    tally_get(&paths, trial_hash(golden->lifetimes[i].path)))
			found = golden->lifetimes[i].path;
	tally_free(&paths);
	return found;
}

/*
 * A server that was told to end had done its work, and what it exits with then
 * is its own custom: ssh-agent with 2. Many end by the signal that they got.
 */
static bool
has_failed(const struct golden *golden)
{
	const int status = golden->status;

	if (!golden->stopped_by)
		return status != 0;
	return WIFSIGNALED(status) && WTERMSIG(status) != golden->stopped_by;
}

bool
golden_is_bad(const struct golden *golden)
{
	return golden->hung || has_failed(golden) || golden->end.left_count ||
	       golden->end.survivor_count;
}
