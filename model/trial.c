/* SPDX-License-Identifier: MIT */
/* trial.c - names and identities of trials, and which fail the gate. */
#include "model/trial.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

static const char *const phase_names[] = {
	[PHASE_BEFORE] = "before",
	[PHASE_RETURN] = "return",
};

static const char *const reaction_names[] = {
	[REACTION_NONE] = "none",	[REACTION_DEFAULT] = "default",
	[REACTION_HANDLED] = "handled", [REACTION_IGNORED] = "ignored",
	[REACTION_BLOCKED] = "blocked",
};
static_assert(ARRAY_LEN(reaction_names) == REACTION_COUNT,
	      "a name for each reaction");

const char *
phase_name(enum phase phase)
{
	return phase_names[phase];
}

bool
phase_parse(const char *text, enum phase *phase)
{
	for (size_t i = 0; i < ARRAY_LEN(phase_names); i++)
		if (!strcmp(text, phase_names[i])) {
			*phase = (enum phase)i;
			return true;
		}
	return false;
}

const char *
reaction_name(enum reaction reaction)
{
	return reaction_names[reaction];
}

bool
reaction_parse(const char *text, enum reaction *reaction)
{
	for (size_t i = 0; i < ARRAY_LEN(reaction_names); i++)
		if (!strcmp(text, reaction_names[i])) {
			*reaction = (enum reaction)i;
			return true;
		}
	return false;
}

void
trial_free(struct trial *trial)
{
	arena_free(&trial->arena);
	*trial = (struct trial) {0};
}

void
trial_add_id(struct buf *into, const char *site, enum phase phase,
	     const struct fault *fault)
{
	buf_add_text(into, site);
	buf_add_text(into, ":");
	buf_add_text(into, phase_name(phase));
	buf_add_text(into, ":");
	fault_format(fault, into);
}

uint64_t
trial_hash(const char *text)
{
	return hash_text(HASH_START, text);
}

void
trial_short_id(const char *id, char into[TRIAL_SHORT_ID + 1])
{
	snprintf(into, TRIAL_SHORT_ID + 1, "%08" PRIx64, trial_hash(id) >> 32);
}

bool
trial_may_be_short_id(const char *text)
{
	enum { GIVEN_MIN = 4 };
	size_t length = strlen(text);

	return length >= GIVEN_MIN && length <= TRIAL_SHORT_ID &&
	       strspn(text, "0123456789abcdefABCDEF") == length;
}

bool
trial_is_short_id(const char *text)
{
	return trial_may_be_short_id(text) && strlen(text) == TRIAL_SHORT_ID;
}

const struct leftover *
trial_first_left(const struct trial *trial)
{
	for (size_t i = 0; i < trial->left_count; i++)
		if (!trial->left[i].expected)
			return &trial->left[i];
	return trial->left_count ? &trial->left[0] : NULL;
}

size_t
trial_more_left(const struct trial *trial)
{
	size_t count = 0;

	for (size_t i = 0; i < trial->left_count; i++)
		count += !trial->left[i].expected;
	return count ? count - 1 : 0;
}

bool
trial_is_called(const struct trial *trial, const char *given)
{
	if (!strcmp(given, trial->id))
		return true;
	return trial_may_be_short_id(given) &&
	       !strncasecmp(given, trial->short_id, strlen(given));
}

size_t
trial_count_verdicts(const struct trial *trial, size_t counts[VERDICT_COUNT])
{
	size_t different = 0;

	memset(counts, 0, VERDICT_COUNT * sizeof(*counts));
	if (!trial->run_count)
		counts[trial->verdict]++;
	for (size_t i = 0; i < trial->run_count; i++)
		counts[trial->runs[i].verdict]++;
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		different += counts[i] > 0;
	return different;
}

bool
trial_is_conclusive(const struct trial *trial)
{
	enum verdict_weight weight = verdict_weight(trial->verdict);

	return trial->verdict == VERDICT_LEAKED || weight == WEIGHT_PASS ||
	       weight == WEIGHT_NOTE;
}

bool
trial_gates(const struct trial *trial, bool strict)
{
	enum verdict_weight weight = verdict_weight(trial->verdict);

	if (trial->policy != POLICY_MUST_CLEAN)
		return false;
	return weight == WEIGHT_FINDING || (strict && weight == WEIGHT_NOTE);
}
