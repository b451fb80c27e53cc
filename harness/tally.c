/* SPDX-License-Identifier: MIT */
/* tally.c - numbers by 64-bit key. */
#include "harness/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { FIRST_ROOM = 64 };

struct tally_slot {
	uint64_t key;
	unsigned number;
	unsigned taken;
};

/* Where @key is, or would be. Fibonacci hashing: keys may be alike. */
static struct tally_slot *
find(struct tally_slot *slots, size_t room, uint64_t key)
{
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

	for (;; i++) {
		struct tally_slot *slot = &slots[i & (room - 1)];

		if (!slot->taken || slot->key == key)
			return slot;
	}
}

static void
grow(struct tally *tally)
{
	size_t room = tally->room ? 2 * tally->room : FIRST_ROOM;
	struct tally_slot *slots = mem_zalloc(room * sizeof(*slots));

	for (size_t i = 0; i < tally->room; i++)
		if (tally->slots[i].taken)
			*find(slots, room, tally->slots[i].key) =
				tally->slots[i];
	free(tally->slots);
	tally->slots = slots;
	tally->room = room;
}

unsigned *
tally_of(struct tally *tally, uint64_t key)
{
	struct tally_slot *slot;

	if (2 * tally->used >= tally->room)
		grow(tally);
	slot = find(tally->slots, tally->room, key);
	if (!slot->taken) {
		*slot = (struct tally_slot) {.key = key, .taken = 1};
		tally->used++;
	}
	return &slot->number;
}

unsigned
tally_get(const struct tally *tally, uint64_t key)
{
	return tally->room ? find(tally->slots, tally->room, key)->number : 0;
}

void
tally_clear(struct tally *tally)
{
	if (tally->used)
		memset(tally->slots, 0, tally->room * sizeof(*tally->slots));
	tally->used = 0;
}

void
tally_free(struct tally *tally)
{
	free(tally->slots);
	*tally = (struct tally) {0};
}

uint64_t
tally_mix(uint64_t a, uint64_t b)
{
	/* Small numbers would be the same in either order. */
	a = hash_bytes(a ^ HASH_START, "", 1);
	return hash_bytes(a, &b, sizeof(b));
}

uint64_t
tally_mix_text(uint64_t a, const char *text)
{
	return hash_text(a, text);
}
