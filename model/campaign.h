/* SPDX-License-Identifier: MIT */
/*
 * campaign.h - what the log of a campaign says besides its sites and trials: in
 * its first record how it was made, then the objects of the golden run, in its
 * last record what it came to. Plain data; texts belong to whoever made them.
 *
 *	{"type":"campaign","version":1,"tool":"ipcrash 0.1.0",...}
 *	{"type":"site",...}
 *	{"type":"lifetime","kind":"sysv-shm","created_at":...}
 *	{"type":"trial",...}
 *	{"type":"summary","sites":12,"trials":168,...}
 *
 * Members may be added, never renamed; those that are not known are passed over
 * when they are read. What is not known is absent.
 */
#ifndef MODEL_CAMPAIGN_H
#define MODEL_CAMPAIGN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/kind.h"
#include "model/record.h"
#include "model/trial.h"

enum { CAMPAIGN_VERSION = 1 };

/* What a resumed campaign and a rerun must do as the first one did. */
struct campaign_options {
	const char *points; /* "ipc", "syscalls" */
	struct record_texts
		faults; /* as they were given, none: the default set */
	struct record_texts only;
	struct record_texts skip;
	struct record_texts require;
	struct record_texts allow;
	const char *input;  /* the target's stdin, NULL: /dev/null */
	int64_t timeout_ms; /* as it was given, 0: from the golden run */
	int64_t settle_ms;
	const char *stop; /* signal that ends a server, NULL: it ends itself */
	int64_t idle_ms;  /* when it has waited so long */
	int64_t max_trials;   /* 0: no limit */
	int64_t repeat;	      /* each trial so often, 0: once */
	int64_t repeat_equal; /* 0: all */
	uint64_t seed;
	bool allow_leaky;
	bool no_window;
	bool strict; /* what is a mere note fails the gate, too */
};

/* What the golden run and the plan came to. */
struct campaign_plan {
	int64_t golden_ns;   /* how long the golden run took */
	const char *differs; /* how two golden runs did, NULL: not at all */
	struct record_texts notes; /* what could not be followed, caution.h */
	int64_t points;
	int64_t trials;	  /* to be made */
	int64_t unpicked; /* by --only and --skip */
	int64_t left_out; /* by --max-trials */
	/* Where exit() would come in the middle of a call of libc. */
	int64_t in_library;
};

/* The first record. */
struct campaign_record {
	const char *tool;	    /* "ipcrash 0.1.0" */
	struct record_texts target; /* the command */
	const char *directory;	    /* in which it ran */
	bool sandboxed;		    /* else it ran on the host */
	const char *refused;	    /* why no sandbox was to be had, or NULL */
	int64_t started;	    /* seconds since 1970 */
	struct record_texts
		must_clean; /* the faults that trials have, by policy */
	struct record_texts may_leak;
	struct campaign_options options;
	struct campaign_plan plan;
};

/*
 * The name of the first member in which they differ, NULL: in none. How often
 * each trial is made does not count: only more or fewer are made then.
 */
const char *campaign_options_difference(const struct campaign_options *one,
					const struct campaign_options *other);

/* A new reference, with "type" and "version". */
json_t *campaign_to_json(const struct campaign_record *record);
/*
 * Fill *record, whose texts then belong to @arena. Returns 0, or -1 with *err
 * set: no such record, another version, a wrong type.
 */
int campaign_from_json(struct campaign_record *record, const json_t *json,
		       struct arena *arena, struct err *err);

/* An object that the golden run made, by the ids of its sites. */
struct campaign_object {
	enum kind kind;
	const char *path; /* kinds with a path, as it was made; else NULL */
	const char *created_at;
	const char *released_at; /* NULL: never */
};
json_t *campaign_object_to_json(const struct campaign_object *object);
int
campaign_object_from_json(struct campaign_object *object, const json_t *json,
			  struct arena *arena, struct err *err);

/* One leak class, as the summary tells it. */
struct campaign_finding {
	char class[TRIAL_SHORT_ID + 1];
	enum verdict verdict;	/* leaked, orphaned or hung */
	enum kind kind;		/* KIND_COUNT: not about an object */
	const char *created_at; /* id of a site, NULL: not known */
	struct record_texts faults;
	bool gating;
};

enum gate { GATE_PASSED, GATE_FAILED, GATE_INCOMPLETE };
const char *gate_name(enum gate gate); /* "passed" */

/* The last record. */
struct campaign_summary {
	int64_t sites;
	int64_t trials;
	int64_t verdicts[VERDICT_COUNT];
	int64_t unsteady; /* trials that came to several verdicts */
	const struct campaign_finding *findings;
	size_t finding_count;
	enum gate gate;
	int interrupted_by; /* signal, 0: none */
	int64_t duration_ns;
};
json_t *campaign_summary_to_json(const struct campaign_summary *summary);
int
campaign_summary_from_json(struct campaign_summary *summary, const json_t *json,
			   struct arena *arena, struct err *err);

#endif
