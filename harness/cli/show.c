/* SPDX-License-Identifier: MIT */
/* show.c - what a log comes to: the reports that are wanted, or the text. */
#include "harness/cli/show.h"

#include "base/program.h"
#include "harness/cli/commands.h"
#include "reports/log_results.h"

static int
write_wanted(const struct show *show, const struct log *log,
	     const struct classes *classes, struct err *err)
{
	const struct block_source source = {
		.log = log,
		.classes = classes,
		.folder = show->text->folder,
		.whole = show->text->verbose,
	};
	CLEANUP_RESULTS struct results results = {0};
	const struct report report = {.results = &results, .source = &source};

	if (!show->wanted->count)
		return 0;
	results_of_log(&results, &source);
	return wanted_write(show->wanted, &report, err);
}

/* What is there from an earlier run is not of this one. */
static void
tell_unwritten(const struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct wanted_report *item = &wanted->items[i];

		if (item->reporter->needs_trials)
			fprintf(stderr,
				PROGRAM ": %s tells of trials, and none was "
					"made: %s was not written\n",
				item->reporter->name,
				item->file ? item->file : "it");
	}
}

int
show_no_trial(const struct show *show, const struct log *log,
	      const struct show_reason *reason, struct err *err)
{
	const struct block_source source = {.log = log};
	CLEANUP_RESULTS struct results results = {0};
	const struct report report = {.results = &results};

	if (!show->wanted->count)
		return 0;
	results_of_no_trial(&results, &source, reason->why);
	if (reason->end)
		block_add_golden(&results.notes, reason->end, reason->hung);
	tell_unwritten(show->wanted);
	return wanted_write(show->wanted, &report, err);
}

int
show_log(const struct show *show, const struct log *log,
	 const struct classes *classes, struct err *err)
{
	int failed = write_wanted(show, log, classes, err);
	struct err later = {0};

	if (show->remember->generate)
		remember_generate(classes, stdout);
	else if (!wanted_shows(show->wanted))
		text_report(log, classes, show->text, stdout);
	if (program_flush(failed ? &later : err))
		return -1;
	if (failed || !show->remember->baseline)
		return failed;
	return remember_tighten(show->remember, log, show->is_run, stderr, err);
}
