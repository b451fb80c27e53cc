/* SPDX-License-Identifier: MIT */
/*
 * log.h - run.jsonl, read: the one source of every report, and what --resume
 * and `ipcrash rerun` go by.
 *
 * A campaign that was killed leaves a last record that is cut off: that is no
 * error. A record that comes again replaces the earlier one with its id; of a
 * trial that was repeated the worst counts.
 */
#ifndef REPORTS_LOG_H
#define REPORTS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/campaign.h"

struct log_index; /* ids to places */
struct log_plan;  /* what one campaign was to make */

struct log {
	struct campaign_record campaign;
	bool has_campaign;
	struct site *sites; /* in the order of the golden run */
	size_t site_count;
	struct campaign_object *objects;
	size_t object_count;
	/*
	 * In program order of their points, then by fault: several jobs make
	 * them in any. One for each id: see struct trial, runs.
	 */
	struct trial *trials;
	size_t trial_count;
	/* The last record, if it is there and nothing was added behind it. */
	struct campaign_summary summary;
	bool has_summary;
	/* Of the file that was read last. */
	int64_t whole_bytes; /* up to the end of its last whole record */
	int64_t torn_bytes;  /* behind that: a record that was cut off */
	struct log_index *site_index, *object_index, *trial_index;
	struct log_plan *plans; /* of shards, one each */
	size_t plan_count;
	size_t plan;	    /* whose trials are read */
	struct arena arena; /* of all texts */
};

/*
 * Add what @in holds to @log (zero-initialise it to start); @name is what
 * errors call it. Several logs of one target may be added: shards. Returns 0,
 * or -1 with *err set to the name, the line and what is wrong there: another
 * file, another version, another target; @log may then only be freed.
 */
int log_read(struct log *log, FILE *in, const char *name, struct err *err);
/* The file @path; the run.jsonl in it if it is a directory. To be freed. */
char *log_file_name(const char *path);
/* The same for that file. */
int log_read_file(struct log *log, const char *path, struct err *err);
/* Add a site that was not read; its texts must outlive the log. */
void log_add_site(struct log *log, const struct site *site);
void log_free(struct log *log);
#define CLEANUP_LOG CLEANUP(log_free)

/*
 * How many trials the campaigns were to make, and how many of those are there;
 * repetitions counted, but not those that nobody asked for: they are none of
 * the trials that are missing.
 */
struct log_runs {
	int64_t planned, made;
};
struct log_runs log_count_runs(const struct log *log);

/* By id, NULL: there is none. */
const struct site *log_site(const struct log *log, const char *id);
const struct trial *log_trial(const struct log *log, const char *id);
/*
 * The trial that @given means: an id, or the begin of a short id that only one
 * has. NULL with *err set: none has it, or several, of which some are named.
 */
const struct trial *
log_find_trial(const struct log *log, const char *given, struct err *err);

/*
 * Moments of the golden run: two for each site, before and return. SIZE_MAX:
 * @site is no site of the log.
 */
size_t log_moment(const struct log *log, const char *site, enum phase phase);

/* Which of the log's trials has the id of @trial; SIZE_MAX: none. */
size_t log_index_of(const struct log *log, const struct trial *trial);

/*
 * The order of faults in all reports: the default set as it is tried, then
 * other signals, then errors. Returns <0, 0 or >0.
 */
int log_compare_faults(const struct fault *a, const struct fault *b);

/* The name of the log in its folder. */
#define LOG_NAME "run.jsonl"

#endif
