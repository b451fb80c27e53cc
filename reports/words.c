/* SPDX-License-Identifier: MIT */
/* words.c - how all reports call places, points and trials. */
#include "reports/words.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/end.h"

enum { QUOTE_MAX = 100 };

void
words_add_name(struct buf *into, const char *name)
{
	text_add_printable(into, name, strlen(name));
}

void
words_add_command(struct buf *into, const struct record_texts *words)
{
	for (size_t i = 0; i < words->count; i++) {
		buf_add_text(into, i ? " " : "");
		text_add_word(into, words->items[i], strlen(words->items[i]));
	}
}

void
words_add_source(struct buf *into, const struct frame *frame)
{
	CLEANUP_BUF struct buf source = {0};

	site_add_source(&source, frame);
	text_add_printable(into, buf_text(&source), source.length);
}

void
words_add_place(struct buf *into, const struct frame *frame)
{
	if (frame->function && frame->file) {
		words_add_name(into, frame->function);
		buf_add_text(into, "() at ");
	}
	words_add_source(into, frame);
}

void
words_add_verdicts(struct buf *into, const size_t counts[VERDICT_COUNT])
{
	const char *comma = "";

	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (!counts[i])
			continue;
		buf_printf(into, "%s%zu %s", comma, counts[i],
			   verdict_name((enum verdict)i));
		comma = ", ";
	}
}

void
words_add_runs(struct buf *into, const struct trial *trial)
{
	size_t counts[VERDICT_COUNT];

	trial_count_verdicts(trial, counts);
	words_add_verdicts(into, counts);
}

void
words_add_point(struct buf *into, const struct log *log,
		const struct trial *trial)
{
	const struct site *site = log_site(log, trial->site);

	buf_add_text(into,
		     trial->phase == PHASE_BEFORE ? "before " : "return of ");
	if (!site) {
		words_add_name(into, trial->site);
		return;
	}
	words_add_name(into, site->operation);
	buf_add_text(into, " ");
	words_add_source(into, site_place(site));
}

const char *
words_last_lines(const char *text, size_t count)
{
	const char *start = text + strlen(text);

	if (start > text && start[-1] == '\n')
		start--;
	while (start > text && (start[-1] != '\n' || --count > 0))
		start--;
	return start;
}

void
words_add_end(struct buf *into, const struct trial *trial)
{
	if (trial->verdict == VERDICT_HUNG)
		buf_add_text(into, "did not end in time and was killed");
	else
		end_add_text(into, trial->status);
}

void
words_add_last_line(struct buf *into, const char *output)
{
	const char *line = words_last_lines(output, 1);

	text_add_printable(into, line, strcspn(line, "\n"));
}

void
words_add_rerun(struct buf *into, const char *folder)
{
	buf_add_text(into, "ipcrash rerun ");
	if (!folder)
		return;
	buf_add_text(into, "-o ");
	text_add_word(into, folder, strlen(folder));
	buf_add_text(into, " ");
}

FILE *
words_open_source(const struct log *log, const char *file)
{
	const char *directory = log->campaign.directory;
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FD int fd = -1;
	struct stat status;
	FILE *in;

	if (*file != '/' && directory)
		path = mem_printf("%s/%s", directory, file);
	fd = open(path ? path : file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode))
		return NULL;
	in = fdopen(fd, "r");
	if (in)
		fd = -1;
	return in;
}

static void
add_line(struct buf *into, const char *line, size_t length)
{
	size_t blanks = strspn(line, " \t");
	size_t kept;

	while (length > blanks && strchr(" \t\r\n", line[length - 1]))
		length--;
	length -= blanks;
	kept = text_fit(line + blanks, length, QUOTE_MAX);
	text_add_printable(into, line + blanks, kept);
	buf_add_text(into, kept < length ? " ..." : "");
}

bool
words_add_quote(struct buf *into, const struct log *log,
		const struct frame *frame)
{
	CLEANUP_FREE char *line = NULL;
	size_t room = 0;
	ssize_t length = 0;
	FILE *in;

	if (!frame->file || frame->line <= 0)
		return false;
	in = words_open_source(log, frame->file);
	if (!in)
		return false;
	for (int i = 0; i < frame->line && length >= 0; i++)
		length = getline(&line, &room, in);
	if (length > 0)
		add_line(into, line, (size_t)length);
	fclose(in);
	return length > 0;
}
