/* SPDX-License-Identifier: MIT */
/*
 * block.h - what there is to say of one leak class, or of one trial, as lines
 * with labels: what every report shows, each in its own way.
 *
 *	42 | id = shmget(IPC_PRIVATE, len, IPC_CREAT | 0600);
 *	after:   SIGTERM at 3 of 12 points, first before shmat src/pool.c:50
 *	why:     SIGTERM: handler on_term() at src/main.c:31 ran; ...
 *	rerun:   ipcrash rerun 7f3a9c12
 *
 * All texts are printable, base/text.h, of any length.
 */
#ifndef REPORTS_BLOCK_H
#define REPORTS_BLOCK_H

#include "base/buf.h"
#include "reports/classes.h"
#include "reports/log.h"

/* Of what blocks are made. */
struct block_source {
	const struct log *log;
	const struct classes *classes; /* NULL: of a trial alone */
	const char *folder;	       /* for commands: -o, NULL: the default */
	bool whole;		       /* nothing is shortened */
};

struct block_line {
	const char *label; /* "after:"; "": it goes on with the one before */
	const char *text;
	int quoted; /* the line of a source that the text is, 0: it is none */
	bool whole; /* for pasting: one line, however long */
};

struct block {
	const struct block_source *source;
	struct block_line *lines;
	size_t count;
	struct arena arena; /* of the texts */
};

/* Zero-initialise but for the source; may be freed twice. */
void block_free(struct block *block);
#define CLEANUP_BLOCK CLEANUP(block_free)

/* @label is kept, @text is copied. */
void block_add(struct block *block, const char *label, const char *text);
/* The same, of what is to be pasted and must stay on one line. */
void block_add_whole(struct block *block, const char *label, const char *text);
/* The text of the first line with this label, NULL: there is none. */
const char *block_find(const struct block *block, const char *label);
/* Append all lines that this label begins: "a; b". False: there are none. */
bool
block_add_text(struct buf *into, const struct block *block, const char *label);
/* The line of source at @frame, if it can be read. */
void block_add_quote(struct block *block, const struct frame *frame);

/* All of a class but its title. */
void block_add_class(struct block *block, const struct leak_class *class);
/* Append its title: "sysv-shm made in pool_open() at src/pool.c:42". */
void block_add_subject(struct buf *into, const struct leak_class *class);
/* Append what it comes to, in a line: ", after SIGTERM; ipcrash rerun ...". */
void block_add_outcome(struct buf *into, const struct block_source *source,
		       const struct leak_class *class);
/* Is it told as "like:" with one that comes before it? */
bool block_is_told(const struct classes *classes, size_t index);
/* The trial that shows it best: one for which the gate fails. */
const struct trial *block_example(const struct leak_class *class);

/* One trial: how it ended, why, what is left, how to make it again. */
void block_add_trial(struct block *block, const struct trial *trial);

/* The run without a fault has ended badly; @hung: killed at its deadline. */
void block_add_golden(struct block *block, const struct trial *end, bool hung);

/* Parts of these. */
/* Append why @left (NULL: nothing) was left after @trial. */
void block_add_why(struct buf *into, const struct trial *trial,
		   const struct leftover *left);
/* The most frequent reasons of a class; of those that gate, if any does. */
void block_add_reasons(struct block *block, const struct leak_class *class);
/* What @left is, and how many more there are. */
void
block_add_left(struct block *block, const struct leftover *left, size_t more);
/* All that was left, each with the line that made it. */
void block_add_leftovers(struct block *block, const struct trial *trial);
void block_add_survivors(struct block *block, const struct trial *trial);
void block_add_output(struct block *block, const struct trial *trial);
/* Its note, and what its repetitions came to, if that differs. */
void block_add_remarks(struct block *block, const struct trial *trial);
/* What is left, what stayed, what was printed and how to redo @trial. */
void block_add_details(struct block *block, const struct trial *trial,
		       const struct leftover *left);
/* @count, but everything if nothing is to be shortened. */
size_t block_limit(const struct block *block, size_t count);

#endif
