/* SPDX-License-Identifier: MIT */
/*
 * sarif.c - SARIF 2.1.0, for GitHub code scanning and viewers: a run with a
 * result for each finding.
 *
 *	{"$schema":..., "version":"2.1.0", "runs":[{"tool":{"driver":{...}},
 *	 "invocations":[...], "results":[...]}]}
 *
 * GitHub takes 25,000 results of a run and a file of 10 MB when it is
 * compressed. How well it can be is not known, so that is what it may have
 * before. What has no room is left out from the end, where the least is, and
 * that is told.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "reports/paths.h"
#include "reports/reporter.h"
#include "reports/sarif_part.h"

enum {
	RESULTS_MAX = 25000,
	BYTES_MAX = 10 * 1000 * 1000,
	REST_BYTES = 1000 * 1000, /* of that, for all but the results */
	TIME_TEXT = 32,
};

#define SCHEMA                                                                \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/" \
	"sarif-schema-2.1.0.json"

static json_t *
rule_properties(const struct rule_row *rule)
{
	json_t *tags = json_pack("[s]", "reliability");
	CLEANUP_BUF struct buf tag = {0};

	if (rule->weakness) {
		buf_printf(&tag, "external/cwe/%s", rule->weakness);
		json_array_append_new(tags, json_string(buf_text(&tag)));
	}
	return json_pack("{s:o, s:s, s:s}", "tags", tags, "precision",
			 "very-high", "problem.severity", "error");
}

static json_t *
rule_to_json(const struct rule_row *rule)
{
	CLEANUP_BUF struct buf full = {0};
	CLEANUP_BUF struct buf help = {0};

	buf_printf(&full, "%s %s", rule->tells, rule->remedy);
	buf_printf(&help, "**%s**\n\n%s\n", rule->tells, rule->remedy);
	return json_pack(
		"{s:s, s:s, s:{s:s}, s:{s:s}, s:{s:s, s:s}, s:{s:s}, s:o}",
		"id", rule->id, "name", rule->name, "shortDescription", "text",
		rule->tells, "fullDescription", "text", buf_text(&full), "help",
		"text", rule->remedy, "markdown", buf_text(&help),
		"defaultConfiguration", "level", "error", "properties",
		rule_properties(rule));
}

static json_t *
rules_to_json(void)
{
	size_t count;
	const struct rule_row *rules = rules_all(&count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, rule_to_json(&rules[i]));
	return array;
}

static json_int_t
index_of_rule(const struct rule_row *rule)
{
	size_t count;

	return rule - rules_all(&count);
}

/* A semantic version is three numbers, and the log may say anything. */
static bool
is_semantic(const char *version)
{
	int dots = 0;

	if (!version || version[strspn(version, "0123456789.")])
		return false;
	for (const char *at = version; *at; at++) {
		if (*at != '.')
			continue;
		dots++;
		if (at == version || at[-1] == '.' || !at[1])
			return false;
	}
	return dots == 2;
}

static json_t *
tool_to_json(const struct results *results)
{
	const char *version = results->version;

	return json_pack("{s:{s:s, s:s*, s:s*, s:o}}", "driver", "name",
			 results->tool, "version", version, "semanticVersion",
			 is_semantic(version) ? version : NULL, "rules",
			 rules_to_json());
}

static json_t *
time_to_json(int64_t seconds)
{
	time_t when = (time_t)seconds;
	char text[TIME_TEXT];
	struct tm parts;

	if (seconds <= 0 || !gmtime_r(&when, &parts) ||
	    parts.tm_year + 1900 > 9999 ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts))
		return NULL;
	return json_string(text);
}

static void
add_notification(json_t *array, const char *level, const char *text)
{
	json_array_append_new(array, json_pack("{s:s, s:o}", "level", level,
					       "message", sarif_message(text)));
}

/* What else must be known, and how many findings had no room. */
static json_t *
notifications(const struct results *results, size_t shown)
{
	json_t *array = json_array();
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "gate %s: %s", results->gate,
		   results->summary ? results->summary : "");
	add_notification(array, "note", buf_text(&text));
	for (size_t i = 0; i < results->notes.count; i++)
		add_notification(array, "warning",
				 results->notes.lines[i].text);
	if (shown == results->finding_count)
		return array;
	buf_clear(&text);
	text_add_count(&text, results->finding_count - shown, "finding");
	buf_printf(&text,
		   " of %zu left out: the services that read this take %d "
		   "results and %d MB. The text and the json report have all.",
		   results->finding_count, RESULTS_MAX, BYTES_MAX / 1000000);
	add_notification(array, "error", buf_text(&text));
	return array;
}

/* "file:///src/a/": a base ends with a slash. */
static json_t *
directory_to_json(const struct results *results)
{
	CLEANUP_BUF struct buf uri = {0};

	if (!results->directory || *results->directory != '/')
		return NULL;
	paths_add_uri(&uri, results->directory, NULL);
	if (uri.data[uri.length - 1] != '/')
		buf_add_text(&uri, "/");
	return json_pack("{s:s}", "uri", buf_text(&uri));
}

static json_t *
invocation_to_json(const struct results *results, size_t shown)
{
	int64_t end = results->started && results->seconds >= 0
			      ? results->started + (int64_t)results->seconds
			      : 0;

	return json_pack(
		"{s:b, s:o*, s:o*, s:o*, s:o, s:{s:s*}}", "executionSuccessful",
		strcmp(results->gate, "incomplete") != 0, "startTimeUtc",
		time_to_json(results->started), "endTimeUtc", time_to_json(end),
		"workingDirectory", directory_to_json(results),
		"toolExecutionNotifications", notifications(results, shown),
		"properties", "target", results->command);
}

/* The worst first, as many as there is room for. */
static json_t *
results_to_json(const struct results *results)
{
	json_t *array = json_array();
	size_t room = BYTES_MAX - REST_BYTES;

	for (size_t i = 0; i < results->finding_count && i < RESULTS_MAX; i++) {
		const struct result_finding *finding = &results->findings[i];
		json_t *result = sarif_result(results, finding);
		size_t length;

		json_object_set_new(result, "ruleIndex",
				    json_integer(index_of_rule(finding->rule)));
		length = json_dumpb(result, NULL, 0, JSON_COMPACT) + 1;
		if (length > room) {
			json_decref(result);
			break;
		}
		room -= length;
		json_array_append_new(array, result);
	}
	return array;
}

/* What else is uploaded for another target must not replace this. */
static json_t *
category_to_json(const struct results *results)
{
	CLEANUP_BUF struct buf id = {0};

	buf_printf(&id, "%s/%s/", results->tool,
		   results->target ? results->target : "");
	return json_pack("{s:s}", "id", buf_text(&id));
}

static json_t *
to_json(const struct results *results)
{
	json_t *array = results_to_json(results);
	json_t *directory = directory_to_json(results);
	json_t *run = json_pack(
		"{s:o, s:[o], s:o*, s:o, s:s, s:o}", "tool",
		tool_to_json(results), "invocations",
		invocation_to_json(results, json_array_size(array)),
		"originalUriBaseIds",
		directory ? json_pack("{s:o}", SARIF_BASE, directory) : NULL,
		"automationDetails", category_to_json(results), "columnKind",
		"utf16CodeUnits", "results", array);

	return json_pack("{s:s, s:s, s:[o]}", "$schema", SCHEMA, "version",
			 "2.1.0", "runs", run);
}

int
report_sarif(const struct report *report, FILE *out, struct err *err)
{
	json_t *root = to_json(report->results);
	int failed = json_dumpf(root, out, JSON_COMPACT);

	json_decref(root);
	if (failed || fputc('\n', out) == EOF)
		return err_set(err, errno, "writing SARIF");
	return 0;
}
