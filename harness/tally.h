/* SPDX-License-Identifier: MIT */
/* tally.h - how often has this come: numbers by 64-bit key. */
#ifndef HARNESS_TALLY_H
#define HARNESS_TALLY_H

#include <stddef.h>
#include <stdint.h>

/* Zero-initialise to start. Open addressing; at most half of it is used. */
struct tally {
	struct tally_slot *slots;
	size_t room; /* a power of two */
	size_t used;
};

/* The number that belongs to @key, 0 at first. Holds until the next call. */
unsigned *tally_of(struct tally *tally, uint64_t key);
/* Without making room for it: 0 when it never came. */
unsigned tally_get(const struct tally *tally, uint64_t key);
void tally_clear(struct tally *tally); /* keeps the memory */
void tally_free(struct tally *tally);

/* One key out of two, in order; FNV-1a over the bytes of @b. */
uint64_t tally_mix(uint64_t a, uint64_t b);
uint64_t tally_mix_text(uint64_t a, const char *text);

#endif
