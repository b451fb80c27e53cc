/* SPDX-License-Identifier: MIT */
/* deferred.c - trials that are made once more, alone. */
#include "harness/deferred.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/trial_json.h"

enum { PROOFS_ENOUGH = 3 };

static uint64_t
key_of(const struct planned *planned, const char *operation)
{
	uint64_t key = tally_mix_text(1, operation);

	key = tally_mix(key, planned->phase);
	key = tally_mix(key, planned->fault.class);
	return tally_mix(key, (uint64_t)planned->fault.number);
}

void
deferred_add(struct deferred *deferred, size_t number,
	     const struct planned *planned, const char *operation,
	     const struct trial *trial)
{
	const bool hung = trial->verdict == VERDICT_HUNG;

	if (deferred->count == deferred->room) {
		deferred->room = 2 * deferred->room + 16;
		deferred->items = mem_grow(deferred->items, deferred->room,
					   sizeof(*deferred->items));
	}
	deferred->items[deferred->count++] = (struct deferred_trial) {
		.number = number,
		.verdict = trial->verdict,
		.key = hung ? key_of(planned, operation) : 0,
		.told = hung ? trial_to_json(trial) : NULL};
}

const struct deferred_trial *
deferred_take(struct deferred *deferred)
{
	return deferred->next < deferred->count
		       ? &deferred->items[deferred->next++]
		       : NULL;
}

bool
deferred_is_proven(const struct deferred *deferred,
		   const struct deferred_trial *item)
{
	return item->key &&
	       tally_get(&deferred->proofs, item->key) >= PROOFS_ENOUGH;
}

bool
deferred_compare(struct deferred *deferred, const struct trial *trial)
{
	const struct deferred_trial *item =
		&deferred->items[deferred->next - 1];

	if (item->key && trial->verdict == VERDICT_HUNG)
		++*tally_of(&deferred->proofs, item->key);
	return trial->verdict != item->verdict;
}

void
deferred_free(struct deferred *deferred)
{
	for (size_t i = 0; i < deferred->count; i++)
		json_decref(deferred->items[i].told);
	free(deferred->items);
	tally_free(&deferred->proofs);
	*deferred = (struct deferred) {0};
}
