/* SPDX-License-Identifier: MIT */
/*
 * site.c - fuzz: the ids of sites, made of what debug information says, and of
 * trials, as a user types them. An id is one word for a shell, no pattern, and
 * what looks like a role in it is one.
 */
#include <fnmatch.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/site.h"
#include "model/trial.h"
#include "tests/fuzz/fuzz.h"

static void
check_word(const struct buf *id)
{
	CLEANUP_BUF struct buf word = {0};

	text_add_word(&word, buf_text(id), id->length);
	MUST(fuzz_is_same(id, &word));
	MUST(fnmatch(buf_text(id), buf_text(id), 0) == 0);
	MUST(!strpbrk(buf_text(id), "#[]*?\\ "));
}

static void
check_role(const char *id, const char *role)
{
	size_t length = site_role_length(id);

	MUST(length == 0 || id[length] == '/');
	MUST(length == 0 ||
	     (length == strlen(role) && strncmp(id, role, length) == 0));
	MUST(length > 0 || strcmp(role, "0") == 0);
}

static void
check_short(const char *id)
{
	struct trial trial = {.id = id};
	char digits[TRIAL_SHORT_ID + 1];

	trial_short_id(id, digits);
	trial.short_id = digits;
	MUST(strlen(digits) == TRIAL_SHORT_ID);
	MUST(trial_is_called(&trial, digits) && trial_is_called(&trial, id));
	digits[4] = '\0';
	MUST(trial_is_called(&trial, digits));
	MUST(strlen(id) == 3 || !trial_is_called(&trial, digits + 1));
}

/* What is typed: any bytes. */
static void
check_typed(const char *id)
{
	size_t length = site_role_length(id);

	MUST(length < strlen(id) || !length);
	check_short(id);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const roles[] = {"0", "0.1", "0:t1", "0.12.3:t4"};
	struct fuzz_bytes bytes = {data, size};
	unsigned role = fuzz_byte(&bytes) % 4;
	CLEANUP_FREE char *file = fuzz_line(&bytes);
	CLEANUP_FREE char *function = fuzz_line(&bytes);
	CLEANUP_FREE char *module = fuzz_line(&bytes);
	const struct frame frame = {.module = module,
				    .offset = size,
				    .function = function,
				    .file = file,
				    .line = (int)bytes.left};
	const struct site site = {.role = roles[role],
				  .operation = "shmget",
				  .n = 1,
				  .frames = &frame,
				  .frame_count = 1};
	CLEANUP_BUF struct buf id = {0};

	site_add_id(&id, &site);
	check_word(&id);
	check_role(buf_text(&id), site.role);
	MUST(site_find_place(&frame, 1) == 0);
	if (file)
		check_typed(file);
	return 0;
}
