/* SPDX-License-Identifier: MIT */
/* block_trial.c - what one trial left, and how to make it again. */
#include <string.h>

#include "base/text.h"
#include "model/end.h"
#include "reports/block.h"
#include "reports/words.h"

enum { LEFT_MAX = 5, OUTPUT_MAX = 3, SURVIVORS_MAX = 3 };

size_t
block_limit(const struct block *block, size_t count)
{
	return block->source->whole ? SIZE_MAX : count;
}

static bool
holds_messages(const struct object *object)
{
	return object_knows(object, FIELD_MESSAGES) && object->count > 0;
}

void
block_add_left(struct block *block, const struct leftover *left, size_t more)
{
	CLEANUP_BUF struct buf text = {0};

	object_add_name(&text, &left->object);
	buf_add_text(&text, "  ");
	object_add_details(&text, &left->object);
	if (left->held)
		buf_add_text(&text, "; held: who locks it next waits for ever");
	if (holds_messages(&left->object))
		buf_add_text(&text, "; nobody has read them");
	if (more)
		buf_printf(&text, "; and %zu more", more);
	block_add(block, "left:", buf_text(&text));
}

/* What was left, each with the line that made it. */
void
block_add_leftovers(struct block *block, const struct trial *trial)
{
	for (size_t i = 0; i < trial->left_count; i++) {
		const struct leftover *left = &trial->left[i];
		const struct site *site =
			left->created_at
				? log_site(block->source->log, left->created_at)
				: NULL;
		CLEANUP_BUF struct buf text = {0};

		if (i == block_limit(block, LEFT_MAX)) {
			buf_printf(&text, "and %zu more",
				   trial->left_count - i);
			block_add(block, "", buf_text(&text));
			return;
		}
		block_add_left(block, left, 0);
		if (!site)
			continue;
		buf_add_text(&text, "made in ");
		words_add_place(&text, site_place(site));
		block_add(block, "", buf_text(&text));
		block_add_quote(block, site_place(site));
	}
}

void
block_add_survivors(struct block *block, const struct trial *trial)
{
	for (size_t i = 0; i < trial->survivor_count; i++) {
		CLEANUP_BUF struct buf text = {0};
		const char *command = trial->survivors[i].command;

		if (i == block_limit(block, SURVIVORS_MAX)) {
			buf_printf(&text, "and %zu more",
				   trial->survivor_count - i);
			block_add(block, "", buf_text(&text));
			return;
		}
		buf_printf(&text, "pid %d: ", trial->survivors[i].pid);
		if (command)
			text_add_printable(&text, command, strlen(command));
		block_add(block, i ? "" : "stays:", buf_text(&text));
	}
}

void
block_add_output(struct block *block, const struct trial *trial)
{
	const char *label = "output:";
	const char *line = trial->output;

	if (!line)
		return;
	line = words_last_lines(line, block_limit(block, OUTPUT_MAX));
	while (*line) {
		size_t length = strcspn(line, "\n");
		CLEANUP_BUF struct buf text = {0};

		text_add_printable(&text, line, length);
		block_add(block, label, buf_text(&text));
		label = "";
		line += length + (line[length] == '\n');
	}
}

static void
put_commands(struct block *block, const struct trial *trial)
{
	CLEANUP_BUF struct buf rerun = {0};
	CLEANUP_BUF struct buf text = {0};

	words_add_rerun(&rerun, block->source->folder);
	buf_printf(&text, "%s%s", buf_text(&rerun), trial->short_id);
	block_add(block, "rerun:", buf_text(&text));
	buf_clear(&text);
	buf_printf(&text, "%s--gdb %s", buf_text(&rerun), trial->short_id);
	block_add(block, "debug:", buf_text(&text));
}

/* What a repeated trial came to each time, where that differs. */
static void
put_runs(struct block *block, const struct trial *trial)
{
	size_t counts[VERDICT_COUNT];
	CLEANUP_BUF struct buf text = {0};

	if (trial_count_verdicts(trial, counts) < 2)
		return;
	words_add_runs(&text, trial);
	buf_add_text(&text, " of the repetitions; the worst counts");
	block_add(block, "runs:", buf_text(&text));
}

void
block_add_remarks(struct block *block, const struct trial *trial)
{
	CLEANUP_BUF struct buf note = {0};

	if (trial->note) {
		text_add_printable(&note, trial->note, strlen(trial->note));
		block_add(block, "note:", buf_text(&note));
	}
	put_runs(block, trial);
}

void
block_add_details(struct block *block, const struct trial *trial,
		  const struct leftover *left)
{
	block_add_remarks(block, trial);
	if (left)
		block_add_left(block, left, trial_more_left(trial));
	block_add_survivors(block, trial);
	block_add_output(block, trial);
	put_commands(block, trial);
}

void
block_add_trial(struct block *block, const struct trial *trial)
{
	CLEANUP_BUF struct buf text = {0};

	buf_add_text(&text, "the program ");
	words_add_end(&text, trial);
	block_add(block, "end:", buf_text(&text));
	buf_clear(&text);
	block_add_why(&text, trial, trial_first_left(trial));
	block_add(block, "why:", buf_text(&text));
	block_add_leftovers(block, trial);
	block_add_details(block, trial, NULL);
}

static const char for_servers[] =
	"a server is told when to end: --stop=SIGTERM; for one that is never "
	"idle see EXAMPLES in ipcrash(1)";
static const char for_others[] =
	"what fails or leaks without a fault says nothing with one; mend that "
	"first, or go on with --allow-leaky-baseline, when only what is new "
	"counts";

static void
add_hung(struct buf *into, const char *stop)
{
	buf_add_text(into, "did not end in time");
	if (stop)
		buf_printf(into, ", though it got %s when it was idle,", stop);
	buf_add_text(into, " and was killed (--timeout waits longer)");
}

void
block_add_golden(struct block *block, const struct trial *end, bool hung)
{
	const struct campaign_record *record = &block->source->log->campaign;
	const struct record_texts *notes = &record->plan.notes;
	CLEANUP_BUF struct buf text = {0};

	buf_add_text(&text, "the program ");
	if (hung)
		add_hung(&text, record->options.stop);
	else
		end_add_text(&text, end->status);
	block_add(block, "end:", buf_text(&text));
	block_add_leftovers(block, end);
	block_add_survivors(block, end);
	block_add_output(block, end);
	for (size_t i = 0; i < notes->count; i++)
		block_add(block, "note:", notes->items[i]);
	block_add(block, "remedy:", hung ? for_servers : for_others);
}
