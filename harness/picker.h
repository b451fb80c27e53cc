/* SPDX-License-Identifier: MIT */
/* picker.h - which trials the patterns of --only and --skip mean. */
#ifndef HARNESS_PICKER_H
#define HARNESS_PICKER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cli.h"
#include "model/trial.h"

struct pattern {
	const char *text; /* fnmatch(3) of a trial's id or its site's */
	bool is_short;	  /* perhaps a short id, or the start of one */
	bool matched;	  /* something */
};

struct patterns {
	struct pattern *items;
	size_t count;
};

struct picker {
	struct patterns only, skip;
	struct buf id; /* of the trial that is looked at */
};

void picker_init(struct picker *picker, const struct cli_texts *only,
		 const struct cli_texts *skip);
void picker_free(struct picker *picker);
#define CLEANUP_PICKER CLEANUP(picker_free)

/* Is this trial picked? Without patterns all are. */
bool picker_wants(struct picker *picker, const char *site, enum phase phase,
		  const struct fault *fault);
/* A pattern that has matched nothing so far, NULL: there is none. */
const char *picker_unmatched(const struct picker *picker);

/*
 * How much @pattern has in common with @id: bytes at the start and at the end,
 * the '*' that it may start and end with left aside.
 */
size_t picker_likeness(const char *pattern, const char *id);

#endif
