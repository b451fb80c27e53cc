/* SPDX-License-Identifier: MIT */
/*
 * sarif_result.c - a finding as a result object of SARIF:
 *
 *	{"ruleId":"leak.sysv-shm", "level":"error", "message":{"text":...},
 *	 "locations":[...], "codeFlows":[...], "stacks":[...],
 *	 "relatedLocations":[...], "partialFingerprints":{...}}
 *
 * GitHub shows the message, the first location and the flow, and no stack: so
 * the message has the whole block, with links to the steps. It refuses a whole
 * file for one result that is in no file, and shows none beside its code that
 * is in a file which the repository does not have: where no source is known a
 * result is in the first line of the program, or of the first file below the
 * directory that the command names, and says so.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "reports/paths.h"
#include "reports/sarif_part.h"
#include "reports/words.h"

enum { FRAMES_MAX = 100 };

json_t *
sarif_message(const char *text)
{
	return json_pack("{s:s}", "text", text);
}

json_t *
sarif_artifact(const struct results *results, const char *path)
{
	CLEANUP_BUF struct buf uri = {0};

	paths_add_uri(&uri, path, results->directory);
	return json_pack("{s:s, s:s*}", "uri", buf_text(&uri), "uriBaseId",
			 strncmp(buf_text(&uri), "file:", 5) ? SARIF_BASE
							     : NULL);
}

/* Code without source has an address, in a file that can be disassembled. */
static json_t *
address_of(const struct frame *place)
{
	if (!place || !place->module || !*place->module ||
	    place->offset > INT64_MAX)
		return NULL;
	return json_pack("{s:I, s:s}", "relativeAddress",
			 (json_int_t)place->offset, "kind", "instruction");
}

/* All four are demanded by GitHub; of columns nothing is known. */
static json_t *
region_of(int line)
{
	return json_pack("{s:i, s:i, s:i, s:i}", "startLine", line,
			 "startColumn", 1, "endLine", line, "endColumn", 2);
}

static json_t *
physical_location(const struct results *results, const struct frame *place)
{
	CLEANUP_BUF struct buf path = {0};
	int line = results_add_file(&path, results, place);

	return json_pack("{s:o, s:o, s:o*}", "artifactLocation",
			 sarif_artifact(results, buf_text(&path)), "region",
			 region_of(line ? line : 1), "address",
			 line ? NULL : address_of(place));
}

/* Of a result: an address is one in the file that has the code. */
static json_t *
anchor_location(const struct results *results, const struct frame *place)
{
	CLEANUP_BUF struct buf anchor = {0};
	CLEANUP_BUF struct buf file = {0};
	json_t *location = physical_location(results, place);

	(void)results_add_anchor(&anchor, results, place);
	(void)results_add_file(&file, results, place);
	if (strcmp(buf_text(&anchor), buf_text(&file)) == 0)
		return location;
	json_object_del(location, "address");
	json_object_set_new(location, "artifactLocation",
			    sarif_artifact(results, buf_text(&anchor)));
	return location;
}

static json_t *
logical_locations(const struct frame *place)
{
	CLEANUP_BUF struct buf name = {0};

	if (!place || !place->function || !*place->function)
		return NULL;
	words_add_name(&name, place->function);
	return json_pack("[{s:s, s:s}]", "name", buf_text(&name), "kind",
			 "function");
}

/* @text and @id may be missing: NULL and 0. */
static json_t *
location_of(const struct results *results, const struct frame *place,
	    const char *text, size_t id)
{
	json_t *location =
		json_pack("{s:o, s:o*, s:o*}", "physicalLocation",
			  physical_location(results, place), "logicalLocations",
			  logical_locations(place), "message",
			  text ? sarif_message(text) : NULL);

	if (id)
		json_object_set_new(location, "id",
				    json_integer((json_int_t)id));
	return location;
}

/* The standard's words for what happens there: 3.38.8. */
static json_t *
kinds_of(const struct result_step *step)
{
	static const char *const verbs[] = {
		[ACTION_ACQUIRE] = "acquire",
		[ACTION_USE] = "call",
		[ACTION_RELEASE] = "release",
		[ACTION_OTHER] = "call",
	};

	if (step->injected)
		return json_pack("[s, s]", "call", "danger");
	return json_pack("[s, s]", verbs[step->action], "resource");
}

static json_t *
result_location(const struct results *results, const struct frame *place)
{
	json_t *location = location_of(results, place, NULL, 0);

	json_object_set_new(location, "physicalLocation",
			    anchor_location(results, place));
	return location;
}

static json_t *
code_flows(const struct results *results, const struct result_finding *finding)
{
	json_t *locations = json_array();

	for (size_t i = 0; i < finding->step_count; i++) {
		const struct result_step *step = &finding->steps[i];

		json_array_append_new(
			locations,
			json_pack("{s:o, s:o, s:i, s:s}", "location",
				  location_of(results, step->place, step->text,
					      0),
				  "kinds", kinds_of(step), "executionOrder",
				  (int)i + 1, "importance", "essential"));
	}
	return json_pack("[{s:[{s:o}]}]", "threadFlows", "locations",
			 locations);
}

static json_t *
related_locations(const struct results *results,
		  const struct result_finding *finding)
{
	json_t *locations = json_array();

	for (size_t i = 0; i < finding->step_count; i++)
		json_array_append_new(
			locations, location_of(results, finding->steps[i].place,
					       finding->steps[i].text, i + 1));
	return locations;
}

static json_t *
frame_to_json(const struct results *results, const struct frame *frame)
{
	CLEANUP_BUF struct buf module = {0};

	if (frame->module)
		words_add_name(&module, frame->module);
	return json_pack("{s:o, s:s*}", "location",
			 location_of(results, frame, NULL, 0), "module",
			 module.length ? buf_text(&module) : NULL);
}

static json_t *
stacks(const struct results *results, const struct result_finding *finding)
{
	json_t *frames = json_array();

	for (size_t i = 0; i < finding->stack_count && i < FRAMES_MAX; i++)
		json_array_append_new(
			frames, frame_to_json(results, &finding->stack[i]));
	return json_pack("[{s:o, s:o}]", "message",
			 sarif_message("the calls that lead to it"), "frames",
			 frames);
}

/*
 * A message may hold links, "[text](1)" and "[text](https://...)": only those
 * that we make are to be links.
 */
static void
add_unlinked(struct buf *into, const char *text)
{
	for (; *text; text++) {
		if (text[0] == ']' && text[1] == '(')
			buf_add_text(into, "\\");
		buf_add(into, text, 1);
	}
}

static void
add_link(struct buf *into, const char *text, size_t id)
{
	buf_add_text(into, "[");
	for (; *text; text++) {
		if (strchr("[]", *text))
			buf_add_text(into, "\\");
		buf_add(into, text, 1);
	}
	buf_printf(into, "](%zu)", id);
}

static void
add_steps(struct buf *into, const struct result_finding *finding)
{
	for (size_t i = 0; i < finding->step_count; i++) {
		buf_printf(into, "%zu. ", i + 1);
		add_link(into, finding->steps[i].text, i + 1);
		buf_add_text(into, "\n");
	}
}

static void
add_message(struct buf *into, const struct results *results,
	    const struct result_finding *finding)
{
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf path = {0};

	buf_printf(&text, "%s: %s\n", finding->title, finding->rule->tells);
	if (!results_add_anchor(&path, results, finding->place))
		buf_printf(&text,
			   "No line of source is known, so this is shown at "
			   "the program%s.\n",
			   finding->place ? ": build it with -g" : "");
	buf_add_text(&text, "\n");
	results_add_block(&text, &finding->block, "");
	buf_printf(&text, "remedy:  %s\n", finding->rule->remedy);
	add_unlinked(into, buf_text(&text));
	buf_add_text(into, "\n");
	add_steps(into, finding);
}

/* What the gate does not fail for is shown as dealt with. */
static json_t *
suppressions(const struct result_finding *finding)
{
	if (!finding->excuse)
		return NULL;
	return json_pack("[{s:s, s:s}]", "kind", "external", "justification",
			 finding->excuse);
}

json_t *
sarif_result(const struct results *results,
	     const struct result_finding *finding)
{
	static const char *const levels[] = {
		[LEVEL_ERROR] = "error",
		[LEVEL_WARNING] = "warning",
	};
	CLEANUP_BUF struct buf message = {0};

	static_assert(ARRAY_LEN(levels) == LEVEL_COUNT, "a word for each");
	add_message(&message, results, finding);
	return json_pack(
		"{s:s, s:s, s:o, s:[o], s:{s:s}, s:I, s:o*, s:o*, s:o*, s:o*}",
		"ruleId", finding->rule->id, "level", levels[finding->level],
		"message", sarif_message(buf_text(&message)), "locations",
		result_location(results, finding->place), "partialFingerprints",
		"ipcrashLeakClass/v1", finding->id, "occurrenceCount",
		(json_int_t)finding->cases, "codeFlows",
		finding->step_count ? code_flows(results, finding) : NULL,
		"relatedLocations",
		finding->step_count ? related_locations(results, finding)
				    : NULL,
		"stacks",
		finding->stack_count ? stacks(results, finding) : NULL,
		"suppressions", suppressions(finding));
}
