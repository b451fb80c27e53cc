/* SPDX-License-Identifier: MIT */
/*
 * golden.c - fuzz: the golden run, as the scout sends it. What was read and is
 * written again reads the same, and its numbers lead to what is there.
 */
#include <stdlib.h>

#include "harness/golden_json.h"
#include "harness/tally.h"
#include "tests/fuzz/fuzz.h"

#define CLEANUP_GOLDEN CLEANUP(golden_free)

static int
read_golden(struct golden *golden, const void *data, size_t size)
{
	json_error_t why;
	json_t *json = json_loadb(data, size, JSON_ALLOW_NUL, &why);
	struct err err = {0};
	int failed = json ? golden_from_json(golden, json, &err) : -1;

	if (json && failed)
		MUST(fuzz_is_explained(&err));
	json_decref(json);
	return failed;
}

static bool
is_site(const struct golden *golden, int site)
{
	return site >= NO_SITE &&
	       (site == NO_SITE || (size_t)site < golden->site_count);
}

static void
check_numbers(const struct golden *golden)
{
	for (size_t i = 0; i < golden->lifetime_count; i++) {
		const struct lifetime *lifetime = &golden->lifetimes[i];

		MUST(lifetime->created >= 0 &&
		     is_site(golden, lifetime->created));
		MUST(is_site(golden, lifetime->released));
	}
	for (size_t i = 0; i < golden->site_count; i++)
		MUST(golden->sites[i].object >= -1 &&
		     (golden->sites[i].object < 0 ||
		      (size_t)golden->sites[i].object <
			      golden->lifetime_count));
	for (size_t i = 0; i < golden->lock_count; i++)
		MUST((size_t)golden->locks[i].set < golden->lifetime_count);
}

/* Whoever uses it next. */
static void
check_use(struct golden *golden, const struct golden *other)
{
	CLEANUP_BUF struct buf differs = {0};
	struct tally index = {0};

	MUST(golden_agree(golden, other, &differs) == 0);
	golden_index(golden, &index);
	golden_find_locks(golden, &index);
	tally_free(&index);
	golden_is_bad(golden);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_GOLDEN struct golden golden = {0};
	CLEANUP_GOLDEN struct golden again = {0};
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf text_again = {0};

	if (read_golden(&golden, data, size))
		return 0;
	check_numbers(&golden);
	fuzz_add_json(&text, golden_to_json(&golden));
	MUST(read_golden(&again, text.data, text.length) == 0);
	fuzz_add_json(&text_again, golden_to_json(&again));
	MUST(fuzz_is_same(&text, &text_again));
	check_use(&golden, &again);
	return 0;
}
