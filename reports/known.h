/* SPDX-License-Identifier: MIT */
/*
 * known.h - what excuses a finding: that somebody has said why it is there (a
 * suppression), or that it was there before (the baseline). It is told all the
 * same, but does not fail the gate.
 */
#ifndef REPORTS_KNOWN_H
#define REPORTS_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/site.h"
#include "model/trial.h"

enum known_by { KNOWN_SUPPRESSED, KNOWN_BASELINE, KNOWN_BY_COUNT };
/* "suppressed", "baseline": for people and programs. */
const char *known_by_name(enum known_by by);

struct known {
	enum known_by by;
	const char *source;	  /* "ipcrash.supp:3", printable */
	const char *reason;	  /* printable; NULL: the baseline has none */
	size_t trials;		  /* that it has excused */
	const struct trial *last; /* of them; for memory_count() */
};

/* Append "suppressed by ipcrash.supp:3: reclaimed at start-up", printable. */
void known_add_text(struct buf *into, const struct known *known);

/* One thing that one trial shows, and of which class it is. */
struct finding {
	const char *class; /* id */
	const struct trial *trial;
	const struct leftover *left; /* NULL: it hung, or processes stayed */
	/* Where the object was made, or where the fault was. NULL: unknown */
	const struct site *site;
	bool gates;   /* if nothing excuses it */
	size_t lines; /* that fail in its class, in all trials; 0: not known */
};

#endif
