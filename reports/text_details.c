/* SPDX-License-Identifier: MIT */
/* text_details.c - what one trial left, and how to make it again. */
#include <string.h>

#include "base/text.h"
#include "reports/text_part.h"

enum { LEFT_MAX = 5, OUTPUT_MAX = 3, SURVIVORS_MAX = 3 };

size_t
text_part_limit(const struct page *page, size_t count)
{
	return page->settings->verbose ? SIZE_MAX : count;
}

static bool
holds_messages(const struct object *object)
{
	return object_knows(object, FIELD_MESSAGES) && object->count > 0;
}

void
text_part_left(const struct page *page, const struct leftover *left,
	       size_t more)
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
	text_part_labelled(page, "left:", buf_text(&text));
}

/* What was left, each with the line that made it. */
void
text_part_leftovers(const struct page *page, const struct trial *end)
{
	for (size_t i = 0; i < end->left_count; i++) {
		const struct leftover *left = &end->left[i];
		const struct site *site =
			left->created_at ? log_site(page->log, left->created_at)
					 : NULL;
		CLEANUP_BUF struct buf text = {0};

		if (i == text_part_limit(page, LEFT_MAX)) {
			buf_printf(&text, "and %zu more", end->left_count - i);
			text_part_labelled(page, "", buf_text(&text));
			return;
		}
		text_part_left(page, left, 0);
		if (!site)
			continue;
		buf_add_text(&text, "made in ");
		text_part_add_place(&text, site_place(site));
		text_part_labelled(page, "", buf_text(&text));
		text_part_quote(page, site_place(site));
	}
}

void
text_part_survivors(const struct page *page, const struct trial *trial)
{
	for (size_t i = 0; i < trial->survivor_count; i++) {
		CLEANUP_BUF struct buf text = {0};
		const char *command = trial->survivors[i].command;

		if (i == text_part_limit(page, SURVIVORS_MAX)) {
			buf_printf(&text, "and %zu more",
				   trial->survivor_count - i);
			text_part_labelled(page, "", buf_text(&text));
			return;
		}
		buf_printf(&text, "pid %d: ", trial->survivors[i].pid);
		if (command)
			text_add_printable(&text, command, strlen(command));
		text_part_labelled(page, i ? "" : "stays:", buf_text(&text));
	}
}

/* Where the last @count lines of @text begin. */
static const char *
last_lines(const char *text, size_t count)
{
	const char *start = text + strlen(text);

	if (start > text && start[-1] == '\n')
		start--;
	while (start > text && (start[-1] != '\n' || --count > 0))
		start--;
	return start;
}

void
text_part_output(const struct page *page, const struct trial *trial)
{
	const char *label = "output:";
	const char *line = trial->output;

	if (!line)
		return;
	line = last_lines(line, text_part_limit(page, OUTPUT_MAX));
	while (*line) {
		size_t length = strcspn(line, "\n");
		CLEANUP_BUF struct buf text = {0};

		text_add_printable(&text, line, length);
		text_part_labelled(page, label, buf_text(&text));
		label = "";
		line += length + (line[length] == '\n');
	}
}

void
text_part_add_last_line(struct buf *into, const char *output)
{
	const char *line = last_lines(output, 1);

	text_add_printable(into, line, strcspn(line, "\n"));
}

void
text_part_add_rerun(struct buf *into, const struct page *page)
{
	buf_add_text(into, "rerun ");
	if (!page->settings->folder)
		return;
	buf_add_text(into, "-o ");
	text_add_word(into, page->settings->folder,
		      strlen(page->settings->folder));
	buf_add_text(into, " ");
}

static void
put_commands(const struct page *page, const struct trial *trial)
{
	CLEANUP_BUF struct buf rerun = {0};
	CLEANUP_BUF struct buf text = {0};

	buf_add_text(&rerun, "ipcrash ");
	text_part_add_rerun(&rerun, page);
	buf_printf(&text, "%s%s", buf_text(&rerun), trial->short_id);
	text_part_labelled(page, "rerun:", buf_text(&text));
	buf_clear(&text);
	buf_printf(&text, "%s--gdb %s", buf_text(&rerun), trial->short_id);
	text_part_labelled(page, "debug:", buf_text(&text));
}

/* What a repeated trial came to each time, where that differs. */
static void
put_runs(const struct page *page, const struct trial *trial)
{
	size_t counts[VERDICT_COUNT];
	CLEANUP_BUF struct buf text = {0};

	if (trial_count_verdicts(trial, counts) < 2)
		return;
	text_part_add_runs(&text, trial);
	buf_add_text(&text, " of the repetitions; the worst counts");
	text_part_labelled(page, "runs:", buf_text(&text));
}

void
text_part_details(const struct page *page, const struct trial *trial,
		  const struct leftover *left)
{
	CLEANUP_BUF struct buf note = {0};

	if (trial->note) {
		text_add_printable(&note, trial->note, strlen(trial->note));
		text_part_labelled(page, "note:", buf_text(&note));
	}
	put_runs(page, trial);
	if (left)
		text_part_left(page, left, trial->left_count - 1);
	text_part_survivors(page, trial);
	text_part_output(page, trial);
	put_commands(page, trial);
}
