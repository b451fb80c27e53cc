/* SPDX-License-Identifier: MIT */
/*
 * junit_case.c - one case. What readers show of it, which decides what goes
 * where:
 *
 * - of what failed GitLab shows the text of <failure>, others the message and
 *   the text: so all is in the text, and nothing in <system-out>, which GitLab
 *   would show behind it and search for files to attach;
 * - of what was skipped Jenkins shows the message, or the text without one, and
 *   <system-out>; GitLab shows the text.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reports/junit_part.h"

enum { MESSAGE_MAX = 1000, STORY_MAX = 64 * 1024 };

/* The child of a case that says how it went. */
static const struct verdict_row {
	const char *tag; /* NULL: there is none */
	bool holds_story;
} verdicts[] = {
	[OUTCOME_PASSED] = {NULL, false},
	[OUTCOME_FAILED] = {"failure", true},
	[OUTCOME_EXCUSED] = {"skipped", false},
	[OUTCOME_SKIPPED] = {"skipped", false},
	[OUTCOME_ERROR] = {"error", true},
};
static_assert(ARRAY_LEN(verdicts) == OUTCOME_COUNT, "a row for each");

/* "allowed after this fault: sysv-shm 7 is left, ..." */
static void
add_message(struct buf *into, const struct result_case *result)
{
	CLEANUP_BUF struct buf all = {0};

	if (result->excuse)
		buf_printf(&all, "%s: ", result->excuse);
	buf_add_text(&all, result->message ? result->message : "");
	text_add_cut(into, buf_text(&all), MESSAGE_MAX);
}

/* The block, and what is to be done about such things. */
static void
add_story(struct buf *into, const struct result_case *result)
{
	const char *remedy = results_remedy(result);
	CLEANUP_BUF struct buf all = {0};

	results_add_block(&all, &result->block, "");
	text_add_cut(into, buf_text(&all), STORY_MAX);
	if (all.length > STORY_MAX)
		buf_add_text(into, "\n");
	if (remedy)
		buf_printf(into, "remedy:  %s\n", remedy);
}

static void
put_story(struct xml *xml, const struct result_case *result)
{
	CLEANUP_BUF struct buf story = {0};

	buf_add_text(&story, "\n");
	add_story(&story, result);
	xml_text(xml, buf_text(&story));
}

static void
put_verdict(struct xml *xml, const struct result_case *result, bool tells)
{
	const struct verdict_row *row = &verdicts[result->outcome];
	CLEANUP_BUF struct buf message = {0};

	if (!row->tag)
		return;
	add_message(&message, result);
	xml_open(xml, row->tag);
	xml_attribute(xml, "type", result->type);
	xml_attribute(xml, "message", buf_text(&message));
	xml_text(xml, buf_text(&message));
	if (row->holds_story && tells)
		put_story(xml, result);
	xml_close(xml);
	if (row->holds_story || !tells || !result->block.count)
		return;
	xml_open(xml, "system-out");
	put_story(xml, result);
	xml_close(xml);
}

static void
put_place(struct xml *xml, const struct results *results,
	  const struct frame *place)
{
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf cut = {0};

	if (!place || !results_add_path(&path, results, place))
		return;
	text_add_cut(&cut, buf_text(&path), MESSAGE_MAX);
	xml_attribute(xml, "file", buf_text(&cut));
	xml_attributef(xml, "line", "%d", place->line);
}

void
junit_put_case(struct xml *xml, const struct junit *junit,
	       const struct junit_case *entry)
{
	const struct result_case *result = entry->result;

	if (entry->detail == JUNIT_ABSENT)
		return;
	xml_open(xml, "testcase");
	xml_attribute(xml, "classname", entry->class);
	xml_attribute(xml, "name", entry->name);
	if (!junit->strict)
		put_place(xml, junit->results, result->place);
	if (result->seconds >= 0)
		xml_attributef(xml, "time", "%.6f", result->seconds);
	put_verdict(xml, result, entry->detail == JUNIT_WHOLE);
	xml_close(xml);
}
