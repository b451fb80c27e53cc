/* SPDX-License-Identifier: MIT */
/* inode_set.c - a hash table of device and inode. */
#include "leakcheck/inode_set.h"

#include <stdlib.h>

#include "base/mem.h"

enum { FIRST_ROOM = 64 };

struct inode_key {
	uint64_t dev;
	uint64_t ino;
	bool used;
};

/* Where the key is, or the free slot where it belongs. */
static struct inode_key *
find_slot(const struct inode_set *set, uint64_t dev, uint64_t ino)
{
	/* Fibonacci hashing: inodes are mostly in sequence. */
	uint64_t hash = (ino ^ (dev << 32)) * UINT64_C(0x9E3779B97F4A7C15);
	size_t i = (size_t)(hash >> 32) & (set->room - 1);

	while (set->slots[i].used &&
	       (set->slots[i].dev != dev || set->slots[i].ino != ino))
		i = (i + 1) & (set->room - 1);
	return &set->slots[i];
}

static void
grow(struct inode_set *set)
{
	struct inode_set larger = {.count = set->count};

	larger.room = set->room ? 2 * set->room : FIRST_ROOM;
	larger.slots = mem_zalloc(larger.room * sizeof(*larger.slots));
	for (size_t i = 0; i < set->room; i++)
		if (set->slots[i].used)
			*find_slot(&larger, set->slots[i].dev,
				   set->slots[i].ino) = set->slots[i];
	free(set->slots);
	*set = larger;
}

bool
inode_set_add(struct inode_set *set, uint64_t dev, uint64_t ino)
{
	struct inode_key *slot;

	if (4 * (set->count + 1) > 3 * set->room)
		grow(set);
	slot = find_slot(set, dev, ino);
	if (slot->used)
		return false;
	*slot = (struct inode_key) {dev, ino, true};
	set->count++;
	return true;
}

void
inode_set_free(struct inode_set *set)
{
	free(set->slots);
	*set = (struct inode_set) {0};
}
