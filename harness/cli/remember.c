/* SPDX-License-Identifier: MIT */
/* remember.c - what the gate of a command line remembers. */
#include "harness/cli/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/replace.h"
#include "base/text.h"
#include "harness/cli/commands.h"
#include "reports/evidence.h"

static int
read_file(const char *path, struct buf *into, struct err *err)
{
	if (fd_read_file(AT_FDCWD, path, into))
		return err_set(err, errno, "%s", path);
	return 0;
}

static int
load_suppressions(struct remember *remember, const char *path, struct err *err)
{
	CLEANUP_BUF struct buf text = {0};

	if (read_file(path, &text, err))
		return -1;
	return suppressions_parse(&remember->memory.suppressions, clock_today(),
				  path, buf_text(&text), text.length, err);
}

static int
load_baseline(struct remember *remember, struct err *err)
{
	CLEANUP_BUF struct buf text = {0};

	if (read_file(remember->baseline, &text, err))
		return err->code == ENOENT
			       ? err_wrap(err, "no baseline yet, which "
					       "'ipcrash baseline -o FILE' "
					       "makes")
			       : -1;
	return baseline_parse(&remember->memory.baseline, remember->baseline,
			      buf_text(&text), text.length, err);
}

int
remember_load(struct remember *remember, struct err *err)
{
	remember->memory.strict = remember->strict;
	for (size_t i = 0; i < remember->suppressions.count; i++)
		if (load_suppressions(remember, remember->suppressions.items[i],
				      err))
			return -1;
	return remember->baseline ? load_baseline(remember, err) : 0;
}

void
remember_free(struct remember *remember)
{
	cli_texts_free(&remember->suppressions);
	memory_free(&remember->memory);
}

int
remember_refuse(const struct remember *remember, const struct wanted *wanted,
		struct err *err)
{
	if (remember->generate &&
	    wanted_refuse(wanted, "-", "--gen-suppressions", err))
		return -1;
	return remember->baseline ? wanted_refuse(wanted, remember->baseline,
						  "--baseline", err)
				  : 0;
}

bool
remember_knows(void *owner, const struct trial *trial)
{
	struct remember_watch *watch = owner;
	const struct golden *golden = &watch->campaign->golden;

	for (size_t i = watch->sites.site_count; i < golden->site_count; i++)
		log_add_site(&watch->sites, &golden->sites[i].site);
	return classes_is_known(&watch->sites, trial, watch->strict,
				watch->memory);
}

void
remember_generate(const struct classes *classes, FILE *out)
{
	for (size_t i = 0; i < classes->count; i++) {
		CLEANUP_BUF struct buf rule = {0};

		if (!classes->items[i].gating)
			continue;
		suppress_add_rule(&rule, &classes->items[i]);
		fprintf(out, "%s\n", buf_text(&rule));
	}
}

/* What is said of some classes of the baseline. */
struct saying {
	size_t count;
	const char *one, *more; /* what is or are "fixed" */
};

static void
say(const struct saying *saying, const char *name, FILE *out)
{
	if (saying->count == 1)
		fprintf(out, PROGRAM ": 1 class of %s %s\n", name, saying->one);
	else if (saying->count)
		fprintf(out, PROGRAM ": %zu classes of %s %s\n", saying->count,
			name, saying->more);
}

static void
tell_review(const struct remember *remember,
	    const struct baseline_review *review, bool written, FILE *out)
{
	const struct saying sayings[] = {
		{written ? review->fixed : 0,
		 "is fixed and was removed from it: commit it",
		 "are fixed and were removed from it: commit it"},
		{written ? review->better : 0,
		 "is left after fewer faults and has fewer in it: commit it",
		 "are left after fewer faults and have fewer in it: commit it"},
		{written ? 0 : review->fixed + review->better,
		 "is fixed, or left after fewer faults; ipcrash run takes "
		 "that out",
		 "are fixed, or left after fewer faults; ipcrash run takes "
		 "that out"},
		{remember->verbose ? review->unseen : 0,
		 "was not looked for after all its faults, and stays",
		 "were not looked for after all their faults, and stay"},
	};
	CLEANUP_BUF struct buf name = {0};

	text_add_printable(&name, remember->baseline,
			   strlen(remember->baseline));
	for (size_t i = 0; i < ARRAY_LEN(sayings); i++)
		say(&sayings[i], buf_text(&name), out);
	if (remember->verbose && review->why_not)
		fprintf(out, PROGRAM ": nothing of %s is called fixed: %s\n",
			buf_text(&name), review->why_not);
}

static int
write_text(const char *path, const struct buf *text, struct err *err)
{
	CLEANUP_REPLACE struct replace file = REPLACE_NONE;

	if (replace_find(&file, path, err) || replace_begin(&file, err))
		return -1;
	/* What did not arrive is found at the end. */
	fwrite(buf_text(text), 1, text->length, file.out);
	return replace_end(&file, false, err);
}

int
remember_write(const char *path, const struct buf *text, struct err *err)
{
	if (write_text(path, text, err))
		return err_wrap(err, "writing %s", path);
	return 0;
}

/* The file is read again: a campaign takes its time, and others may edit it. */
int
remember_tighten(const struct remember *remember, const struct log *log,
		 bool write, FILE *out, struct err *err)
{
	CLEANUP_BASELINE struct baseline baseline = {0};
	CLEANUP_EVIDENCE struct evidence evidence;
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf rest = {0};
	struct baseline_review review;

	evidence_make(&evidence, log);
	if (read_file(remember->baseline, &text, err) ||
	    baseline_parse(&baseline, remember->baseline, buf_text(&text),
			   text.length, err))
		return -1;
	baseline_tighten(&baseline, buf_text(&text), text.length, &evidence,
			 &review, &rest);
	if (!review.fixed && !review.better)
		write = false;
	if (write && remember_write(remember->baseline, &rest, err))
		return -1;
	tell_review(remember, &review, write, out);
	return 0;
}
