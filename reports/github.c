/* SPDX-License-Identifier: MIT */
/*
 * github.c - annotations of GitHub Actions: commands, which the runner takes
 * from the output of a step.
 *
 *	::error file=src/pool.c,line=42,title=sysv-shm made in ...::after: ...
 *
 * Each line that is written is a command, so nothing that the target says
 * stands where the runner looks for one: at the begin of a line, or as "##[" in
 * a line that is none. GitHub shows 10 errors and 10 warnings of a step and
 * drops the others without a word.
 */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reports/reporter.h"

enum {
	SHOWN_MAX = 10,
	MESSAGE_MAX = 4000, /* the runner cuts at 4096 */
};

static const char *const commands[] = {
	[LEVEL_ERROR] = "error",
	[LEVEL_WARNING] = "warning",
};
static_assert(ARRAY_LEN(commands) == LEVEL_COUNT, "a command for each");

/* With @special, which the runner would take for its own, encoded. */
static void
add_escaped(struct buf *into, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			buf_printf(into, "%%%02X", (unsigned char)*text);
		else
			buf_add(into, text, 1);
	}
}

static void
add_property(struct buf *into, const char *name, const char *text)
{
	buf_printf(into, "%s=", name);
	add_escaped(into, text, "%\r\n:,");
}

static void
put(FILE *out, const struct buf *properties, const char *command,
    const char *message)
{
	CLEANUP_BUF struct buf lines = {0};
	CLEANUP_BUF struct buf text = {0};

	buf_add_text(&lines, message);
	while (lines.length && lines.data[lines.length - 1] == '\n')
		lines.data[--lines.length] = '\0';
	add_escaped(&text, buf_text(&lines), "%\r\n");
	fprintf(out, "::%s %s::%s\n", command, buf_text(properties),
		buf_text(&text));
}

/* Whole lines of @text, as long as there are no more than @max bytes. */
static void
add_lines(struct buf *into, const char *text, size_t max)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (into->length + length > max) {
			buf_add_text(into, "... (more in the text report)\n");
			return;
		}
		buf_add(into, text, length);
		buf_add_text(into, "\n");
		text += length + (text[length] == '\n');
	}
}

static void
put_finding(FILE *out, const struct results *results,
	    const struct result_finding *finding)
{
	CLEANUP_BUF struct buf properties = {0};
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf shown = {0};
	CLEANUP_BUF struct buf block = {0};
	CLEANUP_BUF struct buf message = {0};
	int line = results_add_anchor(&path, results, finding->place);

	if (line) {
		text_add_printable(&shown, buf_text(&path), path.length);
		add_property(&properties, "file", buf_text(&shown));
		buf_printf(&properties, ",line=%d,", line);
	}
	add_property(&properties, "title", finding->title);
	buf_printf(&message, "%s\n", finding->rule->tells);
	results_add_block(&block, &finding->block, "");
	add_lines(&message, buf_text(&block),
		  MESSAGE_MAX - strlen(finding->rule->remedy));
	buf_printf(&message, "remedy:  %s\n", finding->rule->remedy);
	put(out, &properties, commands[finding->level], buf_text(&message));
}

/* What comes to the notice of everybody: first, and whatever the findings. */
static size_t
put_head(FILE *out, const struct results *results)
{
	bool passed = strcmp(results->gate, "passed") == 0;
	CLEANUP_BUF struct buf properties = {0};
	CLEANUP_BUF struct buf title = {0};
	CLEANUP_BUF struct buf message = {0};
	CLEANUP_BUF struct buf notes = {0};

	buf_printf(&title, "%s: gate %s", results->tool, results->gate);
	add_property(&properties, "title", buf_text(&title));
	buf_printf(&message, "%s\n",
		   results->summary ? results->summary : results->gate);
	results_add_block(&notes, &results->notes, "");
	add_lines(&message, buf_text(&notes), MESSAGE_MAX);
	put(out, &properties, passed ? "notice" : "error", buf_text(&message));
	return passed ? 0 : 1;
}

/* Those with an excuse are dealt with: nobody's attention is wanted. */
static bool
is_shown(const struct result_finding *finding, enum level level)
{
	return finding->level == level && !finding->excuse;
}

static size_t
count_shown(const struct results *results, enum level level)
{
	size_t count = 0;

	for (size_t i = 0; i < results->finding_count; i++)
		count += is_shown(&results->findings[i], level);
	return count;
}

static void
put_more(FILE *out, enum level level, size_t more)
{
	CLEANUP_BUF struct buf properties = {0};
	CLEANUP_BUF struct buf title = {0};

	text_add_count(&title, more, "more finding");
	add_property(&properties, "title", buf_text(&title));
	put(out, &properties, commands[level],
	    "GitHub shows 10 annotations of a kind; the text report has all.");
}

/* @used of what GitHub shows is used up. */
static void
put_level(FILE *out, const struct results *results, enum level level,
	  size_t used)
{
	size_t count = count_shown(results, level);
	size_t room = SHOWN_MAX - used;
	size_t shown = count > room ? room - 1 : count;
	size_t more = count - shown;

	for (size_t i = 0; shown; i++) {
		if (!is_shown(&results->findings[i], level))
			continue;
		put_finding(out, results, &results->findings[i]);
		shown--;
	}
	if (more)
		put_more(out, level, more);
}

int
report_github(const struct report *report, FILE *out, struct err *err)
{
	const struct results *results = report->results;
	size_t errors = put_head(out, results);

	(void)err;
	put_level(out, results, LEVEL_ERROR, errors);
	put_level(out, results, LEVEL_WARNING, 0);
	return 0;
}
