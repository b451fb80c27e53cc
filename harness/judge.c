/* SPDX-License-Identifier: MIT */
/*
 * judge.c - from what was seen of a trial to its verdict.
 *
 * Identifiers are given anew in each run, so that what the golden run leaves
 * too is told by where it was made: of each place as many are excused as the
 * golden run left. A semaphore that is held counts as another thing than one
 * that is not: its next user would wait for ever.
 */
#include "harness/judge.h"

static uint64_t
origin_of(const struct leftover *leftover, bool held)
{
	uint64_t kind = tally_mix(0, leftover->object.kind);
	uint64_t key = tally_mix(kind, held);

	/* No site is called "". */
	return tally_mix_text(key,
			      leftover->created_at ? leftover->created_at : "");
}

uint64_t
judge_key(const char *name)
{
	return tally_mix_text(0, name);
}

static bool
is_spared(const struct leftover *leftover, const struct tally *spared)
{
	CLEANUP_BUF struct buf name = {0};

	if (!spared)
		return false;
	object_add_name(&name, &leftover->object);
	return tally_get(spared, judge_key(buf_text(&name)));
}

/* Where the golden run leaves a semaphore held, a free one is no worse. */
static unsigned *
excuse_of(struct tally *excused, const struct leftover *leftover)
{
	unsigned *more = tally_of(excused, origin_of(leftover, leftover->held));

	if (*more > 0 || leftover->held)
		return more;
	return tally_of(excused, origin_of(leftover, true));
}

/*
 * How many of the leftovers that are spared, or of those that are not, does
 * @excused not cover? Takes from it what it covers.
 */
static size_t
count_new(struct trial *trial, const struct tally *spared, bool count_spared,
	  struct tally *excused)
{
	size_t count = 0;

	for (size_t i = 0; i < trial->left_count; i++) {
		struct leftover *leftover = &trial->left[i];
		unsigned *more = excuse_of(excused, leftover);

		if (is_spared(leftover, spared) != count_spared)
			continue;
		leftover->expected = *more > 0;
		if (leftover->expected)
			(*more)--;
		else
			count++;
	}
	return count;
}

/*
 * Spared objects come last: what the golden run leaves at their places excuses
 * others first.
 */
static enum verdict
judge_left(struct trial *trial, const struct evidence *evidence)
{
	struct tally excused = {0};
	size_t others, spared;

	for (size_t i = 0; i < evidence->baseline_count; i++)
		++*tally_of(&excused, origin_of(&evidence->baseline[i],
						evidence->baseline[i].held));
	others = count_new(trial, evidence->spared, false, &excused);
	spared = count_new(trial, evidence->spared, true, &excused);
	tally_free(&excused);
	if (others)
		return VERDICT_LEAKED;
	if (evidence->unsure)
		return VERDICT_BROKEN;
	return spared ? VERDICT_UNAVOIDABLE : VERDICT_CLEAN;
}

enum verdict
judge(struct trial *trial, const struct evidence *evidence)
{
	if (evidence->broken)
		return VERDICT_BROKEN;
	if (evidence->unavailable)
		return VERDICT_NOT_AVAILABLE;
	if (!evidence->reached || !evidence->fired)
		return VERDICT_NOT_REACHED;
	if (evidence->hung)
		return VERDICT_HUNG;
	if (trial->survivor_count > 0)
		return VERDICT_ORPHANED;
	return judge_left(trial, evidence);
}
