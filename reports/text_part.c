/* SPDX-License-Identifier: MIT */
/* text_part.c - what the files of the text report share. */
#include "reports/text_part.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/text.h"

enum { QUOTE_MAX = 100 };

void
text_part_labelled(const struct page *page, const char *label, const char *text)
{
	CLEANUP_BUF struct buf line = {0};

	text_add_wrapped(&line, text, strlen(text), LABEL_WIDTH, PAGE_WIDTH);
	fprintf(page->out, "  %-*s%s\n", LABEL_WIDTH - 2, label,
		buf_text(&line));
}

void
text_part_add_name(struct buf *into, const char *name)
{
	text_add_printable(into, name, strlen(name));
}

void
text_part_add_source(struct buf *into, const struct frame *frame)
{
	CLEANUP_BUF struct buf source = {0};

	site_add_source(&source, frame);
	text_add_printable(into, buf_text(&source), source.length);
}

void
text_part_add_place(struct buf *into, const struct frame *frame)
{
	if (frame->function && frame->file) {
		text_part_add_name(into, frame->function);
		buf_add_text(into, "() at ");
	}
	text_part_add_source(into, frame);
}

void
text_part_add_runs(struct buf *into, const struct trial *trial)
{
	size_t counts[VERDICT_COUNT];
	const char *comma = "";

	trial_count_verdicts(trial, counts);
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (!counts[i])
			continue;
		buf_printf(into, "%s%zu %s", comma, counts[i],
			   verdict_name((enum verdict)i));
		comma = ", ";
	}
}

void
text_part_add_point(struct buf *into, const struct log *log,
		    const struct trial *trial)
{
	const struct site *site = log_site(log, trial->site);

	buf_add_text(into,
		     trial->phase == PHASE_BEFORE ? "before " : "return of ");
	if (!site) {
		text_part_add_name(into, trial->site);
		return;
	}
	text_part_add_name(into, site->operation);
	buf_add_text(into, " ");
	text_part_add_source(into, site_place(site));
}

/*
 * The file of a source position, as seen from where the target ran. The log may
 * name anything: a FIFO must not hang us.
 */
static FILE *
open_source(const struct page *page, const char *file)
{
	const char *directory = page->log->campaign.directory;
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
put_quote(const struct page *page, int number, const char *line, size_t length)
{
	CLEANUP_BUF struct buf text = {0};
	size_t blanks = strspn(line, " \t");

	while (length > blanks && strchr(" \t\r\n", line[length - 1]))
		length--;
	length -= blanks;
	text_add_printable(&text, line + blanks,
			   length < QUOTE_MAX ? length : QUOTE_MAX);
	fprintf(page->out, "%6d | %s%s\n", number, buf_text(&text),
		length < QUOTE_MAX ? "" : " ...");
}

void
text_part_quote(const struct page *page, const struct frame *frame)
{
	CLEANUP_FREE char *line = NULL;
	size_t room = 0;
	ssize_t length = 0;
	FILE *in;

	if (!frame->file || frame->line <= 0)
		return;
	in = open_source(page, frame->file);
	if (!in)
		return;
	for (int i = 0; i < frame->line && length >= 0; i++)
		length = getline(&line, &room, in);
	if (length > 0)
		put_quote(page, frame->line, line, (size_t)length);
	fclose(in);
}
