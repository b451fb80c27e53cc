/* SPDX-License-Identifier: MIT */
/*
 * tap.c - what was tried in the Test Anything Protocol, version 13: prove of
 * Perl 5.36 refuses version 14.
 *
 *	TAP version 13
 *	1..3
 *	# ipcrash 0.1.0: ./server -p 0
 *	ok 1 - src/pool.c:pool_open:shmget:1:return:SIGTERM
 *	not ok 2 - src/pool.c:pool_open:shmget:1:return:SIGINT
 *	  ---
 *	  message: "sysv-shm 7 is left, made in pool_open() at src/pool.c:42"
 *	  ...
 *	not ok 3 - src/pool.c:... # TODO allowed after this fault
 *
 * There is no "Bail out!", with which prove ends all other tests, too. What was
 * planned and not tried is a test that is not ok.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "reports/reporter.h"

/* Meson reads at most 64 KB as one line. */
enum { NAME_MAX_BYTES = 2000, TEXT_MAX = 8000 };

static const struct outcome_row {
	const char *result;
	const char *directive; /* with the reason behind it, NULL: none */
	const char *severity;
} rows[] = {
	[OUTCOME_PASSED] = {"ok", NULL, NULL},
	[OUTCOME_FAILED] = {"not ok", NULL, "fail"},
	[OUTCOME_EXCUSED] = {"not ok", "TODO", "todo"},
	[OUTCOME_SKIPPED] = {"ok", "SKIP", "skip"},
	[OUTCOME_ERROR] = {"not ok", NULL, "error"},
};
static_assert(ARRAY_LEN(rows) == OUTCOME_COUNT, "a row for each");

/*
 * A number sign begins a directive, and not every reader knows "\#": Meson does
 * not. So it is told as the byte that it is.
 */
static void
put_name(FILE *out, const char *name)
{
	CLEANUP_BUF struct buf cut = {0};

	text_add_cut(&cut, name, NAME_MAX_BYTES);
	for (const char *at = buf_text(&cut); *at; at++)
		if (*at == '#')
			fputs("\\x23", out);
		else
			fputc(*at, out);
}

static void
put_comment(FILE *out, const char *text)
{
	CLEANUP_BUF struct buf cut = {0};

	text_add_cut(&cut, text, TEXT_MAX);
	fprintf(out, "# %s\n", buf_text(&cut));
}

/* In double quotes. Of what is printable YAML has two to escape. */
static void
put_quoted(FILE *out, const char *text)
{
	CLEANUP_BUF struct buf cut = {0};

	text_add_cut(&cut, text, TEXT_MAX);
	fputc('"', out);
	for (const char *at = buf_text(&cut); *at; at++) {
		if (*at == '"' || *at == '\\')
			fputc('\\', out);
		fputc(*at, out);
	}
	fputs("\"\n", out);
}

static void
put_member(FILE *out, const char *name, const char *text)
{
	if (!text)
		return;
	fprintf(out, "  %s: ", name);
	put_quoted(out, text);
}

static void
put_place(FILE *out, const struct results *results, const struct frame *place)
{
	CLEANUP_BUF struct buf path = {0};

	if (!place || !results_add_path(&path, results, place))
		return;
	put_member(out, "file", buf_text(&path));
	fprintf(out, "  line: %d\n", place->line);
}

static const char *
find_line(const struct block *block, const char *label)
{
	for (size_t i = 0; i < block->count; i++)
		if (strcmp(block->lines[i].label, label) == 0)
			return block->lines[i].text;
	return NULL;
}

/*
 * A text of lines, each behind a bar: what the program has printed begins none,
 * where Automake would take "Bail out!" for ours, and Meson "...".
 */
static void
put_story(FILE *out, const struct block *block)
{
	CLEANUP_BUF struct buf text = {0};
	char *rest;

	if (!block->count)
		return;
	results_add_block(&text, block, "    | ");
	fputs("  story: |\n", out);
	for (char *line = strtok_r(text.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		CLEANUP_BUF struct buf cut = {0};

		text_add_cut(&cut, line, TEXT_MAX);
		fprintf(out, "%s\n", buf_text(&cut));
	}
}

static void
put_yaml(FILE *out, const struct results *results,
	 const struct result_case *entry)
{
	fputs("  ---\n", out);
	put_member(out, "message", entry->message);
	fprintf(out, "  severity: %s\n", rows[entry->outcome].severity);
	put_member(out, "type", entry->type);
	put_place(out, results, entry->place);
	put_member(out, "rerun", find_line(&entry->block, "rerun:"));
	put_story(out, &entry->block);
	put_member(out, "remedy", results_remedy(entry));
	fputs("  ...\n", out);
}

static void
put_case(FILE *out, const struct results *results, size_t number,
	 const struct result_case *entry)
{
	const struct outcome_row *row = &rows[entry->outcome];
	const char *why = entry->excuse ? entry->excuse : entry->message;

	fprintf(out, "%s %zu - ", row->result, number);
	put_name(out, entry->id);
	if (row->directive)
		fprintf(out, " # %s ", row->directive);
	if (row->directive && why)
		put_name(out, why);
	fputc('\n', out);
	if (row->severity)
		put_yaml(out, results, entry);
}

static void
put_head(FILE *out, const struct results *results, size_t tests)
{
	CLEANUP_BUF struct buf text = {0};

	fprintf(out, "TAP version 13\n1..%zu%s\n", tests,
		tests ? "" : " # SKIP nothing was tried");
	buf_printf(&text, "%s %s: %s", results->tool,
		   results->version ? results->version : "", results->command);
	put_comment(out, buf_text(&text));
}

static void
put_findings(FILE *out, const struct results *results)
{
	for (size_t i = 0; i < results->finding_count; i++) {
		const struct result_finding *finding = &results->findings[i];
		CLEANUP_BUF struct buf text = {0};

		results_add_title(&text, finding);
		put_comment(out, buf_text(&text));
	}
}

static void
put_tail(FILE *out, const struct results *results)
{
	CLEANUP_BUF struct buf text = {0};

	put_findings(out, results);
	put_comment(out, results->summary);
	for (size_t i = 0; i < results->notes.count; i++) {
		const struct block_line *line = &results->notes.lines[i];

		buf_clear(&text);
		buf_printf(&text, "%s %s", line->label, line->text);
		put_comment(out, buf_text(&text));
	}
	buf_clear(&text);
	buf_printf(&text, "gate: %s", results->gate);
	put_comment(out, buf_text(&text));
}

int
report_tap(const struct report *report, FILE *out, struct err *err)
{
	const struct results *results = report->results;
	const struct result_case gap = {
		.id = "complete",
		.outcome = OUTCOME_ERROR,
		.type = "incomplete",
		.message = results->gap,
	};
	size_t number = 0;

	(void)err;
	put_head(out, results, results->case_count + !!results->gap);
	for (size_t i = 0; i < results->case_count; i++)
		put_case(out, results, ++number, &results->cases[i]);
	if (results->gap)
		put_case(out, results, ++number, &gap);
	put_tail(out, results);
	return 0;
}
