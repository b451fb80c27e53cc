/* SPDX-License-Identifier: MIT */
/*
 * words.h - how all reports call places, points and trials. What is appended is
 * printable, base/text.h; the format's own escapes come on top.
 */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include "base/buf.h"
#include "reports/log.h"

/* What the log calls something. */
void words_add_name(struct buf *into, const char *name);
/* The words of a command line, quoted where a shell needs it. */
void words_add_command(struct buf *into, const struct record_texts *words);
/* "src/pool.c:42" or the next best. */
void words_add_source(struct buf *into, const struct frame *frame);
/* "pool_open() at src/pool.c:42" */
void words_add_place(struct buf *into, const struct frame *frame);
/* "exited with 1"; of what was killed since it hung, that. */
void words_add_end(struct buf *into, const struct trial *trial);
/* "2 clean, 1 leaked" */
void words_add_verdicts(struct buf *into, const size_t counts[VERDICT_COUNT]);
/* The same of what its repetitions came to. */
void words_add_runs(struct buf *into, const struct trial *trial);
/* "before shmget src/pool.c:42": where the fault was. */
void words_add_point(struct buf *into, const struct log *log,
		     const struct trial *trial);
/* The last line of what a program wrote. */
void words_add_last_line(struct buf *into, const char *output);
/* Where the last @count lines of @text begin. */
const char *words_last_lines(const char *text, size_t count);
/*
 * "ipcrash rerun ", "ipcrash rerun -o DIR ": for options and the short name of
 * a trial to follow. @folder: of the log, NULL: the default one.
 */
void words_add_rerun(struct buf *into, const char *folder);

/*
 * Open the source file of a position, as seen from where the target ran. The
 * log may name anything, and a FIFO must not hang us: NULL if it is no regular
 * file that can be read. The caller closes it.
 */
FILE *words_open_source(const struct log *log, const char *file);
/* The line of @frame without blanks around it; false: it is not to be had. */
bool words_add_quote(struct buf *into, const struct log *log,
		     const struct frame *frame);

#endif
