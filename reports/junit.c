/* SPDX-License-Identifier: MIT */
/*
 * junit.c - what was tried as JUnit XML. There is no specification of it; this
 * is what the schema of Jenkins' xUnit plugin, junit-10.xsd, allows, and the
 * place in the source, which it does not, but GitLab shows:
 *
 *	<testsuites>
 *	  <testsuite name="server" tests="2" failures="1" ...>
 *	    <properties>...</properties>
 *	    <testcase classname="server.src/pool_c:..." name="SIGTERM" ...>
 *	      <failure type="leak.sysv-shm" message="...">...</failure>
 *	    </testcase>
 *	    <system-out>all findings and notes</system-out>
 *	  </testsuite>
 *	</testsuites>
 *
 * Who reads only cases must not think that all is well because some are
 * missing, so that is a case, too.
 */
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "reports/junit_part.h"
#include "reports/reporter.h"

enum {
	/* GitLab takes no file of more than 30 MB. */
	CASES_MAX = 28 * 1000 * 1000,
	SUITE_TEXT_MAX = 256 * 1024,
	PROPERTY_MAX = 4096,
};

/* What is said of the suite: cases that are in it. */
struct count {
	size_t tests, failures, errors, skipped;
};

static void
count_case(struct count *count, enum outcome outcome)
{
	count->tests++;
	count->failures += outcome == OUTCOME_FAILED;
	count->errors += outcome == OUTCOME_ERROR;
	count->skipped +=
		outcome == OUTCOME_EXCUSED || outcome == OUTCOME_SKIPPED;
}

static void
put_count(struct xml *xml, const struct results *results,
	  const struct count *count)
{
	xml_attribute(xml, "name", results->target);
	xml_attributef(xml, "tests", "%zu", count->tests);
	xml_attributef(xml, "failures", "%zu", count->failures);
	xml_attributef(xml, "errors", "%zu", count->errors);
	if (results->seconds >= 0)
		xml_attributef(xml, "time", "%.3f", results->seconds);
}

/* In UTC and without a zone, as Ant has it. */
static void
put_timestamp(struct xml *xml, int64_t started)
{
	const time_t when = (time_t)started;
	char text[64];
	struct tm parts;

	if (started <= 0 || !gmtime_r(&when, &parts) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts))
		return;
	xml_attribute(xml, "timestamp", text);
}

static void
put_property(struct xml *xml, const char *name, const char *value)
{
	CLEANUP_BUF struct buf text = {0};

	if (!value)
		return;
	text_add_cut(&text, value, PROPERTY_MAX);
	xml_open(xml, "property");
	xml_attribute(xml, "name", name);
	xml_attribute(xml, "value", buf_text(&text));
	xml_close(xml);
}

static void
put_properties(struct xml *xml, const struct results *results)
{
	xml_open(xml, "properties");
	put_property(xml, "tool", results->tool);
	put_property(xml, "version", results->version);
	put_property(xml, "command", results->command);
	put_property(xml, "gate", results->gate);
	put_property(xml, "summary", results->summary);
	xml_close(xml);
}

static void
put_suite_text(struct xml *xml, const struct results *results)
{
	CLEANUP_BUF struct buf all = {0};
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&all, "%s\ngate: %s\n", results->summary, results->gate);
	results_add_block(&all, &results->notes, "");
	for (size_t i = 0; i < results->finding_count; i++) {
		const struct result_finding *finding = &results->findings[i];

		buf_add_text(&all, "\n");
		results_add_title(&all, finding);
		buf_add_text(&all, "\n");
		results_add_block(&all, &finding->block, "  ");
	}
	text_add_cut(&text, buf_text(&all), SUITE_TEXT_MAX);
	xml_open(xml, "system-out");
	xml_text(xml, buf_text(&text));
	xml_close(xml);
}

/* A case of the whole: what the others do not tell. */
static void
put_extra(struct xml *xml, const struct junit *junit,
	  const struct result_case *extra)
{
	CLEANUP_BUF struct buf class = {0};

	junit_add_class(&class, junit->results, extra->group);
	junit_put_case(xml, junit,
		       &(struct junit_case) {.result = extra,
					     .class = buf_text(&class),
					     .name = extra->name,
					     .detail = JUNIT_WHOLE});
}

/* Fill what must be told of the whole; returns how many there are. */
static size_t
make_extras(struct result_case *extras, const struct junit *junit,
	    struct buf *text)
{
	const struct results *results = junit->results;
	size_t count = 0;

	if (results->gap)
		extras[count++] = (struct result_case) {
			.group = results->tool,
			.name = "complete",
			.outcome = OUTCOME_ERROR,
			.type = "incomplete",
			.message = results->gap,
			.seconds = -1,
		};
	if (!junit->brief && !junit->absent)
		return count;
	buf_printf(text,
		   "to stay below 30 MB, %zu cases were left out and %zu lack "
		   "their story; what failed comes first. Other formats have "
		   "all of it",
		   junit->absent, junit->brief);
	extras[count++] = (struct result_case) {
		.group = results->tool,
		.name = "unabridged",
		.outcome = OUTCOME_SKIPPED,
		.type = "abridged",
		.message = buf_text(text),
		.seconds = -1,
	};
	return count;
}

static void
put_suite(struct xml *xml, const struct junit *junit)
{
	const struct results *results = junit->results;
	CLEANUP_BUF struct buf text = {0};
	struct result_case extras[2];
	size_t extra_count = make_extras(extras, junit, &text);
	struct count count = {0};

	for (size_t i = 0; i < results->case_count; i++)
		if (junit->cases[i].detail != JUNIT_ABSENT)
			count_case(&count, results->cases[i].outcome);
	for (size_t i = 0; i < extra_count; i++)
		count_case(&count, extras[i].outcome);
	xml_open(xml, "testsuites");
	put_count(xml, results, &count);
	xml_open(xml, "testsuite");
	put_count(xml, results, &count);
	xml_attributef(xml, "skipped", "%zu", count.skipped);
	put_timestamp(xml, results->started);
	put_properties(xml, results);
	for (size_t i = 0; i < extra_count; i++)
		put_extra(xml, junit, &extras[i]);
	for (size_t i = 0; i < results->case_count; i++)
		junit_put_case(xml, junit, &junit->cases[i]);
	put_suite_text(xml, results);
}

static int
write_junit(const struct results *results, bool strict, FILE *out,
	    struct err *err)
{
	struct junit junit = {.results = results, .strict = strict};
	struct xml *xml = xml_begin(out);

	junit.cases = mem_zalloc(results->case_count * sizeof(*junit.cases));
	for (size_t i = 0; i < results->case_count; i++)
		junit.cases[i].result = &results->cases[i];
	junit_name(&junit);
	junit_fit(&junit, CASES_MAX);
	put_suite(xml, &junit);
	mem_free_ptr(&junit.cases);
	arena_free(&junit.arena);
	return xml_end(xml, err);
}

int
report_junit(const struct report *report, FILE *out, struct err *err)
{
	return write_junit(report->results, false, out, err);
}

int
report_junit_strict(const struct report *report, FILE *out, struct err *err)
{
	return write_junit(report->results, true, out, err);
}
