/* SPDX-License-Identifier: MIT */
/* picker.c - which trials the patterns of --only and --skip mean. */
#include "harness/picker.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
add_patterns(struct patterns *patterns, const struct cli_texts *texts)
{
	patterns->items = mem_zalloc(texts->count * sizeof(*patterns->items));
	patterns->count = texts->count;
	for (size_t i = 0; i < texts->count; i++)
		patterns->items[i] = (struct pattern) {
			.text = texts->items[i],
			/* A pattern of short ids would mean nothing. */
			.is_short = trial_may_be_short_id(texts->items[i])};
}

void
picker_init(struct picker *picker, const struct cli_texts *only,
	    const struct cli_texts *skip)
{
	*picker = (struct picker) {0};
	add_patterns(&picker->only, only);
	add_patterns(&picker->skip, skip);
}

void
picker_free(struct picker *picker)
{
	free(picker->only.items);
	free(picker->skip.items);
	buf_free(&picker->id);
	*picker = (struct picker) {0};
}

static bool
means_short(const struct pattern *pattern, const char *id)
{
	struct trial trial = {.id = id};
	char short_id[TRIAL_SHORT_ID + 1];

	if (!pattern->is_short)
		return false;
	trial_short_id(id, short_id);
	trial.short_id = short_id;
	return trial_is_called(&trial, pattern->text);
}

/* Looks at all: each must know whether it has matched. */
static bool
any_matches(struct patterns *patterns, const char *site, const char *id)
{
	bool any = false;

	for (size_t i = 0; i < patterns->count; i++) {
		struct pattern *pattern = &patterns->items[i];

		if (fnmatch(pattern->text, id, 0) != 0 &&
		    fnmatch(pattern->text, site, 0) != 0 &&
		    !means_short(pattern, id))
			continue;
		pattern->matched = true;
		any = true;
	}
	return any;
}

bool
picker_wants(struct picker *picker, const char *site, enum phase phase,
	     const struct fault *fault)
{
	const char *id;
	bool wanted, skipped;

	if (picker->only.count == 0 && picker->skip.count == 0)
		return true;
	buf_clear(&picker->id);
	trial_add_id(&picker->id, site, phase, fault);
	id = buf_text(&picker->id);
	wanted = any_matches(&picker->only, site, id);
	skipped = any_matches(&picker->skip, site, id);
	return (wanted || picker->only.count == 0) && !skipped;
}

static const char *
find_unmatched(const struct patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (!patterns->items[i].matched)
			return patterns->items[i].text;
	return NULL;
}

const char *
picker_unmatched(const struct picker *picker)
{
	const char *unmatched = find_unmatched(&picker->only);

	return unmatched ? unmatched : find_unmatched(&picker->skip);
}

size_t
picker_likeness(const char *pattern, const char *id)
{
	const char *start = pattern + strspn(pattern, "*");
	size_t length = strlen(start);
	size_t id_length = strlen(id);
	size_t head = 0;
	size_t tail = 0;

	while (length > 0 && start[length - 1] == '*')
		length--;
	while (head < length && start[head] == id[head])
		head++;
	while (head + tail < length && head + tail < id_length &&
	       start[length - 1 - tail] == id[id_length - 1 - tail])
		tail++;
	return head + tail;
}
