/* SPDX-License-Identifier: MIT */
/*
 * snapshot_file.h - snapshots in files, as JSON Lines:
 *
 *	{"type":"snapshot","version":1,...}	see snapshot_json.h
 *	{"type":"object","kind":"sysv-shm","id":0,...}	see object_json.h
 *	{"type":"end","objects":1}
 *
 * The last line tells a whole file from one whose writer died.
 */
#ifndef LEAKCHECK_SNAPSHOT_FILE_H
#define LEAKCHECK_SNAPSHOT_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "leakcheck/snapshot.h"

/*
 * Write @snapshot to @out and flush it. Returns 0, or -1 with *err set when
 * not all could be written.
 */
int snapshot_file_write(const struct snapshot *snapshot, FILE *out,
			struct err *err);

/*
 * Put @snapshot into the file @path, "-" is stdout: whole or, on failure, not
 * at all. A file that is there already is replaced. Symbolic links stay: what
 * one leads to is replaced, and made where it leads to nothing. What is there
 * and no regular file (a FIFO) is written to. /dev/stdout, /dev/fd/3 and the
 * like mean that open descriptor, which is written to where it stands; what a
 * link of another process in /proc leads to is appended to. Returns 0, or -1
 * with *err set.
 */
int snapshot_file_save(const struct snapshot *snapshot, const char *path,
		       struct err *err);

/*
 * Read the file @path, "-" is stdin. Returns a snapshot that the caller frees,
 * its objects in order; or NULL with *err naming the file and the line, what is
 * wrong and what to do. Never part of a snapshot. Refused is what no snapshot
 * is and would keep a diff busy for long: over 4,096 watched directories or
 * 16,384 blind spots; and a line of over 16 MiB.
 */
struct snapshot *snapshot_file_read(const char *path, struct err *err);

/*
 * Write one JSON value as a line of its own and drop it: takes over the
 * reference. Returns 0, or -1 with *err set.
 */
int snapshot_file_put(json_t *line, FILE *out, struct err *err);

/*
 * Write the blind spots of @snapshot as lines {"type":"not_looked_at",...}.
 * Returns 0, or -1 with *err set.
 */
int snapshot_file_put_blind_spots(const struct snapshot *snapshot, FILE *out,
				  struct err *err);

#endif
