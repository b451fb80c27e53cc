/* SPDX-License-Identifier: MIT */
/*
 * log.c - fuzz: run.jsonl, as `ipcrash report` and --resume read it. All of its
 * bytes are accounted for, what was read and is written again reads the same,
 * and each report is what its readers take, whatever the log says. What is all
 * known does not fail the gate; a log is no other than itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/site_json.h"
#include "model/trial_json.h"
#include "reports/classes.h"
#include "reports/compare.h"
#include "reports/html.h"
#include "reports/log_results.h"
#include "reports/reporter.h"
#include "reports/text.h"
#include "tests/fuzz/fuzz.h"

static int
read_log(struct log *log, const void *data, size_t size)
{
	struct err err = {0};
	FILE *in = fuzz_stream(data, size);
	int failed = log_read(log, in, "x", &err);

	fclose(in);
	if (failed)
		MUST(fuzz_is_explained(&err));
	return failed;
}

static void
write_trial(struct buf *into, const struct trial *trial)
{
	if (!trial->run_count)
		fuzz_add_json(into, trial_to_json(trial));
	for (size_t i = 0; i < trial->run_count; i++)
		fuzz_add_json(into, trial_to_json(&trial->runs[i]));
}

static void
write_log(struct buf *into, const struct log *log)
{
	fuzz_add_json(into, campaign_to_json(&log->campaign));
	for (size_t i = 0; i < log->site_count; i++)
		fuzz_add_json(into, site_to_json(&log->sites[i]));
	for (size_t i = 0; i < log->object_count; i++)
		fuzz_add_json(into, campaign_object_to_json(&log->objects[i]));
	for (size_t i = 0; i < log->trial_count; i++)
		write_trial(into, &log->trials[i]);
	if (log->has_summary)
		fuzz_add_json(into, campaign_summary_to_json(&log->summary));
}

static void
check_again(const struct log *log)
{
	CLEANUP_LOG struct log again = {0};
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf text_again = {0};

	write_log(&text, log);
	MUST(read_log(&again, text.data, text.length) == 0);
	write_log(&text_again, &again);
	MUST(fuzz_is_same(&text, &text_again));
	MUST(again.torn_bytes == 0);
	MUST(again.trial_count == log->trial_count);
}

static void
check_found(const struct log *log)
{
	struct err err = {0};

	for (size_t i = 0; i < log->trial_count; i++)
		MUST(log_find_trial(log, log->trials[i].id, &err) ==
		     &log->trials[i]);
	for (size_t i = 0; i < log->site_count; i++)
		MUST(log_site(log, log->sites[i].id) == &log->sites[i]);
	if (!log_find_trial(log, "0123", &err))
		MUST(fuzz_is_explained(&err));
}

static void
check_report(const struct log *log, bool strict)
{
	const struct text_settings settings = {
		.verbose = true, .matrix = true, .header = true};
	CLEANUP_CLASSES struct classes classes = {0};
	CLEANUP_BUF struct buf text = {0};
	FILE *out = mem_stream(&text.data, &text.length);

	classes_make(&classes, log, strict);
	text_report(log, &classes, &settings, out);
	for (size_t i = 0; i < log->trial_count; i++)
		text_trial(log, &log->trials[i], &settings, out);
	fclose(out);
	MUST(fuzz_is_plain(&text));
}

/* With all excused the gate does not fail, and that is told. */
static void
check_known(const struct log *log)
{
	static const char rules[] = "leak:* fault=* # a\nhung fault=* # b\n"
				    "orphaned fault=* # c\n";
	const struct text_settings settings = {.matrix = true};
	CLEANUP_MEMORY struct memory memory = {0};
	CLEANUP_CLASSES struct classes classes = {0};
	CLEANUP_BUF struct buf text = {0};
	FILE *out = mem_stream(&text.data, &text.length);
	struct err err = {0};

	if (suppressions_parse(&memory.suppressions, 0, "s", rules,
			       sizeof(rules) - 1, &err))
		abort();
	classes_make_with(&classes, log, true, &memory);
	text_report(log, &classes, &settings, out);
	fclose(out);
	MUST(fuzz_is_plain(&text));
	MUST(classes_gate(&classes, log) != GATE_FAILED);
	MUST(classes.known[KNOWN_SUPPRESSED] == classes.count);
}

/* Nothing is new, or fixed, between a log and itself. */
static void
check_compare(const struct log *log)
{
	const struct compare_settings settings = {.verbose = true};
	CLEANUP_CLASSES struct classes classes = {0};
	CLEANUP_COMPARISON struct comparison comparison = {0};
	CLEANUP_BUF struct buf text = {0};
	FILE *out = mem_stream(&text.data, &text.length);
	struct err err = {0};

	classes_make(&classes, log, false);
	compare_make(&comparison, &(struct compared) {log, &classes},
		     &(struct compared) {log, &classes});
	compare_text(&comparison, &settings, out);
	MUST(compare_json(&comparison, out, &err) == 0);
	fclose(out);
	MUST(fuzz_is_plain(&text));
	MUST(comparison.counts[CHANGE_SAME] == classes.count);
	MUST(comparison.count == classes.count);
}

static size_t
count_of(const char *text, const char *word)
{
	size_t count = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		count++;
	}
	return count;
}

/* Of what the log says nothing becomes markup. */
static void
check_page(const struct log *log, bool strict)
{
	CLEANUP_CLASSES struct classes classes = {0};
	const struct block_source source = {.log = log, .classes = &classes};
	const struct report report = {.source = &source};
	CLEANUP_BUF struct buf page = {0};
	struct err err = {0};
	FILE *out = mem_stream(&page.data, &page.length);

	classes_make(&classes, log, strict);
	MUST(report_html(&report, out, &err) == 0);
	fclose(out);
	MUST(strlen(page.data) == page.length);
	MUST(text_is_utf8(page.data, page.length));
	MUST(count_of(page.data, "<script") == 2);
	MUST(count_of(page.data, "</script") == 2);
	MUST(count_of(page.data, "<main>") == 1);
}

static bool
is_json(const struct buf *text)
{
	json_t *root = json_loadb(text->data, text->length, 0, NULL);

	json_decref(root);
	return root;
}

/* Each line is a command, and none that we did not write. */
static bool
is_commands(const struct buf *text)
{
	static const char *const commands[] = {
		"::error title=", "::error file=", "::warning title=",
		"::warning file=", "::notice title="};
	const char *end;
	bool known = true;

	for (const char *line = buf_text(text); *line && known; line = end) {
		end = line + strcspn(line, "\n") + 1;
		known = false;
		for (size_t i = 0; i < ARRAY_LEN(commands); i++)
			known |= !strncmp(line, commands[i],
					  strlen(commands[i]));
	}
	return known;
}

static bool
is_any(const struct buf *text)
{
	return text->length > 0;
}

/* By what each format is read; those that are not here, by eyes. */
static bool
is_read(const struct reporter *reporter, const struct buf *text)
{
	static const struct {
		const char *name;
		bool (*is_read)(const struct buf *text);
	} readers[] = {
		{"json", is_json},
		{"sarif", is_json},
		{"gitlab", is_json},
		{"github", is_commands},
	};

	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		if (strcmp(readers[i].name, reporter->name) == 0)
			return readers[i].is_read(text);
	return is_any(text);
}

static bool
write_format(struct buf *text, const struct reporter *reporter,
	     const struct report *report)
{
	struct err err = {0};
	FILE *out = mem_stream(&text->data, &text->length);
	int failed;

	failed = reporter->write(report, out, &err);
	fclose(out);
	return !failed;
}

static void
check_formats(const struct log *log, bool strict)
{
	enum { LIMIT = 2000 };
	CLEANUP_CLASSES struct classes classes = {0};
	CLEANUP_RESULTS struct results results = {0};
	const struct block_source source = {.log = log, .classes = &classes};
	struct report report = {.results = &results, .source = &source};

	classes_make(&classes, log, strict);
	results_of_log(&results, &source);
	for (const struct reporter *row = reporter_next(NULL, true); row;
	     row = reporter_next(row, true)) {
		CLEANUP_BUF struct buf text = {0};
		CLEANUP_BUF struct buf limited = {0};

		report.limit = 0;
		MUST(write_format(&text, row, &report));
		/* A page has a style and a script with tabs: check_page(). */
		MUST(row->write == report_html || fuzz_is_plain(&text));
		MUST(is_read(row, &text));
		report.limit = LIMIT;
		if (row->write == report_markdown &&
		    write_format(&limited, row, &report))
			MUST(limited.length <= LIMIT);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_LOG struct log log = {0};

	if (read_log(&log, data, size))
		return 0;
	MUST((size_t)(log.whole_bytes + log.torn_bytes) == size);
	check_again(&log);
	check_found(&log);
	check_report(&log, size % 2);
	check_known(&log);
	check_compare(&log);
	check_page(&log, size % 2);
	check_formats(&log, size % 2);
	return 0;
}
