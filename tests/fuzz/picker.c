/* SPDX-License-Identifier: MIT */
/*
 * picker.c - fuzz: patterns of --only and --skip against a trial. A trial that
 * is picked was meant by a pattern, and its own name picks it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "harness/picker.h"
#include "tests/fuzz/fuzz.h"

static const char site[] = "src/pool.c:pool_open:shmget:1";
static const char id[] = "src/pool.c:pool_open:shmget:1:return:SIGTERM";
static const struct fault fault = {.class = FAULT_SIGNAL, .number = 15};

static bool
picks(const char *only, const char *skip, bool *all_matched)
{
	const struct cli_texts given = {.items = &only, .count = !!only};
	const struct cli_texts left_aside = {.items = &skip, .count = !!skip};
	CLEANUP_PICKER struct picker picker = {0};
	bool wanted;

	picker_init(&picker, &given, &left_aside);
	wanted = picker_wants(&picker, site, PHASE_RETURN, &fault);
	*all_matched = !picker_unmatched(&picker);
	return wanted;
}

static void
check_pattern(const char *pattern)
{
	size_t likeness = picker_likeness(pattern, id);
	bool matched, skip_matched;
	bool wanted = picks(pattern, NULL, &matched);
	bool kept = picks(NULL, pattern, &skip_matched);

	MUST(wanted == matched && skip_matched == matched);
	MUST(kept == !wanted);
	MUST(likeness <= strlen(pattern) && likeness <= strlen(id));
	MUST(!picks(pattern, pattern, &matched));
	MUST(picks(id, NULL, &matched) && matched);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	CLEANUP_FREE char *pattern = fuzz_line(&bytes);

	if (pattern)
		check_pattern(pattern);
	return 0;
}
