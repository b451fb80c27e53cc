/* SPDX-License-Identifier: MIT */
/*
 * journal.h - the log of a campaign while it is written: one record a line,
 * each with one write(2), so that a killed campaign loses at most the last.
 */
#ifndef HARNESS_JOURNAL_H
#define HARNESS_JOURNAL_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

struct journal {
	int fd; /* -1: nothing is written */
};
#define JOURNAL_NONE ((struct journal) {.fd = -1})

/*
 * Open @folder/run.jsonl, making the folder. Takes a lock, so that no two
 * campaigns write to one log, or one while another reads how far it is.
 */
int journal_open(struct journal *journal, const char *folder, struct err *err);
/*
 * Then: a log that is there is kept as run.jsonl.old; or, where @keep_bytes is
 * not negative, gone on with behind that many bytes.
 */
int journal_begin(struct journal *journal, const char *folder,
		  int64_t keep_bytes, struct err *err);
/* Append @record and drop the reference. */
int journal_write(struct journal *journal, json_t *record, struct err *err);
void journal_close(struct journal *journal);

#endif
