/* SPDX-License-Identifier: MIT */
/*
 * cases.c - fuzz: reports of run.jsonl that are lists of cases: junit,
 * junit-strict and tap. Whatever the log says, XML is well formed and has each
 * case under a name of its own, and TAP has no line but ours.
 */
#include <libxml/parser.h>
#include <stdlib.h>

#include "base/mem.h"
#include "reports/log_results.h"
#include "reports/reporter.h"
#include "tests/fuzz/fuzz.h"

/* All cases that must be told. */
static size_t
count_expected(const struct results *results)
{
	return results->case_count + !!results->gap;
}

static void
write_report(const struct report *report, const char *format, struct buf *text)
{
	struct err err = {0};
	const struct reporter *reporter = reporter_find(format, false, &err);
	FILE *out = mem_stream(&text->data, &text->length);

	MUST(reporter && reporter->write(report, out, &err) == 0);
	fclose(out);
}

static const xmlNode *
find_child(const xmlNode *parent, const char *name)
{
	const xmlNode *child = parent->children;

	while (child && xmlStrcmp(child->name, BAD_CAST name))
		child = child->next;
	return child;
}

/* "class", a tab, and "name", for the caller to free. */
static char *
name_of(const xmlNode *node)
{
	xmlChar *class = xmlGetProp(node, BAD_CAST "classname");
	xmlChar *name = xmlGetProp(node, BAD_CAST "name");
	char *both = mem_printf("%s\t%s", (char *)class, (char *)name);

	xmlFree(class);
	xmlFree(name);
	return both;
}

static int
compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void
check_cases(const xmlNode *suite, size_t expected)
{
	char **names = mem_alloc((expected + 1) * sizeof(*names));
	size_t count = 0;

	for (const xmlNode *node = suite->children; node; node = node->next)
		if (!xmlStrcmp(node->name, BAD_CAST "testcase")) {
			MUST(count < expected);
			names[count++] = name_of(node);
		}
	MUST(count == expected);
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++)
		MUST(i == 0 || strcmp(names[i - 1], names[i]) != 0);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

static void
check_xml(const struct report *report, const char *format)
{
	CLEANUP_BUF struct buf text = {0};
	xmlDocPtr document;

	write_report(report, format, &text);
	MUST(fuzz_is_plain(&text));
	document = xmlReadMemory(text.data, (int)text.length, NULL, NULL,
				 XML_PARSE_NONET | XML_PARSE_NOERROR |
					 XML_PARSE_NOWARNING);
	MUST(document != NULL);
	check_cases(find_child(xmlDocGetRootElement(document), "testsuite"),
		    count_expected(report->results));
	xmlFreeDoc(document);
}

static bool
begins_with(const char *line, const char *prefix)
{
	return strncmp(line, prefix, strlen(prefix)) == 0;
}

/* Which may begin a line besides results. */
static bool
is_ours(const char *line)
{
	static const char *const ours[] = {
		"# ",	       "  ---",		"  ...",
		"    | ",      "  message: \"", "  severity: ",
		"  type: \"",  "  file: \"",	"  line: ",
		"  rerun: \"", "  story: |",	"  remedy: \""};

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (begins_with(line, ours[i]))
			return true;
	return false;
}

static bool
is_directive(const char *text)
{
	return begins_with(text, "# TODO ") || begins_with(text, "# SKIP ");
}

static void
check_tap(const struct report *report)
{
	size_t expected = count_expected(report->results);
	CLEANUP_BUF struct buf text = {0};
	size_t count = 0;
	char *rest;
	char *line;

	write_report(report, "tap", &text);
	MUST(fuzz_is_plain(&text));
	MUST((line = strtok_r(text.data, "\n", &rest)) &&
	     !strcmp(line, "TAP version 13"));
	MUST((line = strtok_r(NULL, "\n", &rest)) &&
	     strtoul(line + strlen("1.."), NULL, 10) == expected);
	while ((line = strtok_r(NULL, "\n", &rest))) {
		if (!begins_with(line, "ok ") &&
		    !begins_with(line, "not ok ")) {
			MUST(is_ours(line));
			continue;
		}
		count++;
		line = strchr(line, '#');
		MUST(!line || (is_directive(line) && !strchr(line + 1, '#')));
	}
	MUST(count == expected);
}

static void
check_reports(const struct log *log, bool strict)
{
	CLEANUP_CLASSES struct classes classes = {0};
	CLEANUP_RESULTS struct results results = {0};
	const struct block_source source = {
		.log = log, .classes = &classes, .whole = true};
	const struct report report = {.results = &results};

	classes_make(&classes, log, strict);
	results_of_log(&results, &source);
	check_xml(&report, "junit");
	check_xml(&report, "junit-strict");
	check_tap(&report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_LOG struct log log = {0};
	FILE *in = fuzz_stream(data, size);
	struct err err = {0};
	int failed = log_read(&log, in, "x", &err);

	fclose(in);
	if (!failed)
		check_reports(&log, size % 2);
	return 0;
}
