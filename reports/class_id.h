/* SPDX-License-Identifier: MIT */
/*
 * class_id.h - what a leak class is called: a hash of the line that makes its
 * objects, without occurrence and role, and of their kind.
 */
#ifndef REPORTS_CLASS_ID_H
#define REPORTS_CLASS_ID_H

#include "base/buf.h"
#include "base/err.h"
#include "model/kind.h"
#include "model/trial.h"

struct class_name {
	enum kind kind;		/* KIND_COUNT: it is not about an object */
	enum verdict verdict;	/* then: how the runs end */
	const char *created_at; /* id of a site, NULL: not known */
};

/* Append "src/pool.c:pool_open:shmget sysv-shm", as it is. */
void class_id_add_name(struct buf *into, const struct class_name *name);
/* Returns 0, or -1 with *err set: @word has not the form of one. */
int class_id_check(const char *word, struct err *err);
void class_id_make(const struct class_name *name, char id[TRIAL_SHORT_ID + 1]);

#endif
