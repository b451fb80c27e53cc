/* SPDX-License-Identifier: MIT */
/* show.c - what a log comes to: the reports that are wanted, or the text. */
#include "harness/cli/show.h"

#include "base/program.h"
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
	return remember_tighten(show->remember, log, classes, show->is_run,
				stderr, err);
}
