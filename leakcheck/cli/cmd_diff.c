/* SPDX-License-Identifier: MIT */
/* cmd_diff.c - `leakcheck diff`: what is new, gone, changed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/diff_report.h"
#include "leakcheck/cli/options.h"
#include "leakcheck/cli/tell.h"
#include "leakcheck/snapshot_file.h"

struct diff_options {
	struct ignore ignore;
	int error_status;
	bool strict;
	bool json;
	enum term_color color;
};

static const struct cli_option options[] = {
	OPTIONS_IGNORE(struct diff_options, ignore),
	OPTION_ERROR_EXITCODE(struct diff_options, error_status),
	{"strict", 0, NULL,
	 "Exit with 5 also when only some directory could not be searched.",
	 cli_flag, offsetof(struct diff_options, strict)},
	OPTION_JSON(struct diff_options, json),
	OPTION_COLOR(struct diff_options, color),
};

/* What can be expected: changes of what was there before are no leaks. */
static bool
can_be_expected(const struct diff_entry *entry)
{
	return entry->class == DIFF_ADDED || entry->class == DIFF_UNSURE;
}

static void
apply_rules(struct diff_report *report, struct rule_list *rules)
{
	const struct diff *diff = report->diff;

	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_entry *entry = &diff->entries[i];

		if (can_be_expected(entry))
			report->rules[i] =
				rule_list_match(rules, diff_object(entry));
		if (report->rules[i])
			report->expected++;
		else
			report->counts[entry->class]++;
	}
}

/* Was a kind not looked at anywhere? */
static bool
is_blind(const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->blind_count; i++)
		if (!snapshot->blind[i].path)
			return true;
	return false;
}

/*
 * There is nearly always a directory that an ordinary user may not search, so
 * that alone is told but changes the status only if it is to be strict.
 */
static int
decide(const struct diff_report *report, const struct diff_options *settings)
{
	const struct snapshot *before = report->before;
	const struct snapshot *after = report->after;

	if (report->counts[DIFF_ADDED])
		return settings->error_status;
	if (report->counts[DIFF_UNSURE] || is_blind(before) || is_blind(after))
		return STATUS_INCOMPLETE;
	if (settings->strict && (before->blind_count || after->blind_count))
		return STATUS_INCOMPLETE;
	return STATUS_OK;
}

static bool
is_same_spot(const struct blind_spot *a, const struct blind_spot *b)
{
	const char *left = a->path ? a->path : "";
	const char *right = b->path ? b->path : "";

	return a->kinds == b->kinds && a->levels == b->levels &&
	       strcmp(left, right) == 0 && strcmp(a->why, b->why) == 0;
}

/* What was hidden then and is not now; the rest is told of AFTER. */
static void
tell_former_blind_spots(const struct snapshot *before,
			const struct snapshot *after)
{
	for (size_t i = 0; i < before->blind_count; i++) {
		CLEANUP_BUF struct buf text = {0};
		bool told = false;

		for (size_t j = 0; j < after->blind_count && !told; j++)
			told = is_same_spot(&before->blind[i],
					    &after->blind[j]);
		if (told)
			continue;
		snapshot_add_blind_text(&text, &before->blind[i]);
		fprintf(stderr, PROGRAM ": not looked at in BEFORE: %s\n",
			buf_text(&text));
	}
}

static void
tell_limits(const struct diff_report *report)
{
	if (report->before->origin.taken_at_ns >
	    report->after->origin.taken_at_ns)
		fprintf(stderr, PROGRAM ": BEFORE was taken later than AFTER; "
					"are they in the right order?\n");
	tell_former_blind_spots(report->before, report->after);
	tell_blind_spots(report->after, stderr);
	ignore_tell_idle(report->ignore, stderr);
}

static int
print_report(const struct diff_report *report,
	     const struct diff_options *settings, struct err *err)
{
	if (!settings->json)
		diff_report_text(report, stdout);
	else if (diff_report_json(report, stdout, err))
		return -1;
	return program_flush(err);
}

static int
report_diff(const struct diff *diff, const struct snapshot *before,
	    const struct snapshot *after, bool after_is_now,
	    struct diff_options *settings, struct err *err)
{
	CLEANUP_FREE const struct rule **rules =
		mem_zalloc(diff->count * sizeof(struct rule *));
	struct diff_report report = {
		.before = before,
		.after = after,
		.after_is_now = after_is_now,
		.diff = diff,
		.ignore = &settings->ignore,
		.rules = rules,
		.color = term_wants_color(stdout, settings->color),
	};

	apply_rules(&report, &settings->ignore.list);
	report.exit_status = decide(&report, settings);
	if (print_report(&report, settings, err))
		return STATUS_USAGE;
	tell_limits(&report);
	return report.exit_status;
}

/* Look now as @before looked then. */
static struct snapshot *
look_again(const struct snapshot *before, struct err *err)
{
	struct collect_settings settings = collect_defaults();

	settings.kinds = before->kinds;
	settings.watch = (const char *const *)before->watched;
	settings.watch_count = before->watched_count;
	return collect_snapshot(&settings, err);
}

static int
compare(char **files, struct diff_options *settings, struct err *err)
{
	CLEANUP_SNAPSHOT struct snapshot *before =
		snapshot_file_read(files[0], err);
	CLEANUP_SNAPSHOT struct snapshot *after = NULL;
	CLEANUP(diff_free) struct diff diff = {0};

	if (!before)
		return STATUS_USAGE;
	after = files[1] ? snapshot_file_read(files[1], err)
			 : look_again(before, err);
	if (!after)
		return files[1] ? STATUS_USAGE : STATUS_INTERNAL;
	if (diff_make(&diff, before, after, err)) {
		err_wrap(err, "%s and %s", files[0],
			 files[1] ? files[1] : "what is alive now");
		return STATUS_USAGE;
	}
	return report_diff(&diff, before, after, !files[1], settings, err);
}

static int
check_arguments(int count, char **files, struct err *err)
{
	if (count < 1 || count > 2)
		return err_set(err, 0,
			       "diff: give one snapshot or two, as in: " PROGRAM
			       " diff BEFORE AFTER");
	if (count == 2 && !strcmp(files[0], "-") && !strcmp(files[1], "-"))
		return err_set(err, 0,
			       "diff: only one snapshot can be read from "
			       "standard input");
	return 0;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct diff_options settings = {.error_status = STATUS_FINDINGS};
	int first = cli_parse(self, PROGRAM, &settings, argc, argv, err);
	int status = STATUS_USAGE;

	if (first == 0)
		status = STATUS_OK;
	else if (first > 0 &&
		 !check_arguments(argc - first, argv + first, err) &&
		 !ignore_load(&settings.ignore, err))
		status = compare(argv + first, &settings, err);
	ignore_free(&settings.ignore);
	return status;
}

const struct cli_command cmd_diff = {
	.name = "diff",
	.arguments = "[OPTION]... BEFORE [AFTER]",
	.summary = "compare two snapshots, or one with what is alive now",
	.details =
		"BEFORE and AFTER are files of 'snapshot', '-' is standard "
		"input. Without AFTER, what is alive now is looked at, for the "
		"kinds and in the directories of BEFORE. Objects are told "
		"apart by identity: one that was removed and made again is "
		"new.\n"
		"\n"
		"Exit status: 0 nothing was added; 1 an object was added that "
		"no ignore rule expects, see --error-exitcode; 2 wrong usage, "
		"a file that is no snapshot, or snapshots of different places; "
		"5 nothing was added as far as can be told, but a kind could "
		"not be looked at, or an object is where the other snapshot "
		"did not look; see --strict.",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.mixed = true,
	.run = run,
};
