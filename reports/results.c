/* SPDX-License-Identifier: MIT */
/* results.c - what all formats of other tools need. */
#include "reports/results.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reports/paths.h"

enum { LABEL_WIDTH = 9 };

void
results_free(struct results *results)
{
	for (size_t i = 0; i < results->case_count; i++)
		block_free(&results->cases[i].block);
	for (size_t i = 0; i < results->finding_count; i++)
		block_free(&results->findings[i].block);
	block_free(&results->notes);
	free(results->cases);
	free(results->findings);
	arena_free(&results->arena);
	*results = (struct results) {0};
}

void
results_add_block(struct buf *into, const struct block *block,
		  const char *before)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct block_line *line = &block->lines[i];

		buf_add_text(into, before);
		if (line->quoted)
			buf_printf(into, "%*d | %s\n", LABEL_WIDTH - 3,
				   line->quoted, line->text);
		else
			buf_printf(into, "%-*s%s\n", LABEL_WIDTH, line->label,
				   line->text);
	}
}

void
results_add_title(struct buf *into, const struct result_finding *finding)
{
	buf_printf(into, "%s %s: %s", finding->rule->id, finding->id,
		   finding->title);
	if (finding->excuse)
		buf_printf(into, " (%s)", finding->excuse);
	else if (finding->level == LEVEL_WARNING)
		buf_add_text(into, " (a warning)");
}

size_t
results_of_whole(const struct results *results,
		 struct result_case cases[RESULTS_WHOLE_MAX])
{
	const struct result_case wholes[RESULTS_WHOLE_MAX] = {
		{.name = "complete",
		 .outcome = OUTCOME_ERROR,
		 .type = "incomplete",
		 .message = results->gap},
		{.name = "gate",
		 .outcome = OUTCOME_FAILED,
		 .type = "gate",
		 .message = results->failure},
	};
	size_t count = 0;

	for (size_t i = 0; i < RESULTS_WHOLE_MAX; i++) {
		if (!wholes[i].message)
			continue;
		cases[count] = wholes[i];
		cases[count].id = wholes[i].name;
		cases[count].group = results->tool;
		cases[count++].seconds = -1;
	}
	return count;
}

const char *
results_remedy(const struct result_case *entry)
{
	const struct rule_row *rule =
		entry->type ? rules_by_id(entry->type) : NULL;

	if (!rule)
		return NULL;
	/* What is excused is what no code of the program can help. */
	return entry->outcome == OUTCOME_EXCUSED && rule->idiom ? rule->idiom
								: rule->remedy;
}

/*
 * Seen from the directory that the target ran in. Nothing is looked up: what
 * ran may have been elsewhere, and its links with it.
 */
static void
add_seen_from(struct buf *into, const char *top, const char *path)
{
	size_t length = top ? strlen(top) : 0;

	if (length && strncmp(path, top, length) == 0 && path[length] == '/') {
		path += length;
		path += strspn(path, "/");
	}
	paths_add_normal(into, path);
}

bool
results_add_path(struct buf *into, const struct results *results,
		 const struct frame *frame)
{
	CLEANUP_BUF struct buf path = {0};

	if (!frame || !frame->file)
		return false;
	add_seen_from(&path, results->directory, frame->file);
	text_add_printable(into, buf_text(&path), path.length);
	return true;
}

static bool
add_if_below(struct buf *into, const struct results *results, const char *file)
{
	CLEANUP_BUF struct buf path = {0};

	if (!file || !*file)
		return false;
	add_seen_from(&path, results->directory, file);
	if (!paths_is_below(buf_text(&path)))
		return false;
	buf_add(into, path.data, path.length);
	return true;
}

static void
add_program(struct buf *into, const struct results *results, const char *module)
{
	if (!add_if_below(into, results, module) &&
	    !add_if_below(into, results, results->program))
		paths_add_normal(into, results->target);
}

static int
add_source(struct buf *into, const struct results *results,
	   const struct frame *place)
{
	if (!place || !place->file || !*place->file)
		return 0;
	add_seen_from(into, results->directory, place->file);
	return place->line > 0 ? place->line : 1;
}

int
results_add_anchor(struct buf *into, const struct results *results,
		   const struct frame *place)
{
	int line = add_source(into, results, place);

	if (!line)
		add_program(into, results, place ? place->module : NULL);
	return line;
}

int
results_add_file(struct buf *into, const struct results *results,
		 const struct frame *place)
{
	int line = add_source(into, results, place);

	if (!line && place && place->module && *place->module)
		add_seen_from(into, results->directory, place->module);
	else if (!line)
		add_program(into, results, NULL);
	return line;
}
