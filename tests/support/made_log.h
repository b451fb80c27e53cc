/* SPDX-License-Identifier: MIT */
/*
 * made_log.h - logs of campaigns that never were, for tests of what is read
 * from one. Records are appended to a text, which is then read.
 */
#ifndef TESTS_SUPPORT_MADE_LOG_H
#define TESTS_SUPPORT_MADE_LOG_H

#include <jansson.h>

#include "base/buf.h"
#include "reports/log.h"

/* Any record. Takes the reference. */
void made_log_add(struct buf *text, json_t *record);
/* The first record: `./server -p 0`, @trials planned. */
void made_log_start(struct buf *text, size_t trials);
/* A site of the role 0 in src/pool.c; the id says the rest: "pool_open:shmget"
 * becomes "src/pool.c:pool_open:shmget:1"; "pool_open:shmget:2" is the next. */
void made_log_site(struct buf *text, const char *what, const char *kind,
		   const char *action, int line);
/* An object from one such site to another; @released may be NULL. */
void made_log_object(struct buf *text, const char *kind, const char *created,
		     const char *released);

/* All of that for a segment that pool_open() makes and pool_close() removes. */
void made_log_pool(struct buf *text);

struct made_trial {
	const char *site;  /* as above */
	const char *phase; /* NULL: before */
	const char *fault;
	const char *verdict; /* NULL: clean */
	const char *end;     /* NULL: "exit:0" */
	bool allowed;	     /* may-leak */
	const char *kind;    /* of what is left, NULL: nothing is */
	const char *created; /* where that was made, NULL: not known */
	const char *more;    /* further members, JSON without braces */
};
void made_log_trial(struct buf *text, const struct made_trial *trial);

/*
 * As a campaign makes it: SIGKILL alone may leave something, and where @verdict
 * says that something is there it is the segment of pool_open().
 */
struct made_trial made_trial_of(const char *site, const char *phase,
				const char *fault, const char *verdict);
/* That segment is left at the end of the program; @more may be NULL. */
void made_log_leak(struct buf *text, const char *site, const char *phase,
		   const char *fault, const char *more);
/* pool_open() makes another segment in line 47, and this comes of @fault. */
void made_log_second(struct buf *text, const char *fault, const char *verdict);

/* Read it and free it. Fails the test if it cannot be read. */
void made_log_read(struct log *log, struct buf *text);
/* The same, but -1 and *err when it cannot be read. */
int
made_log_try(struct log *log, const char *text, size_t length, struct err *err);

#endif
