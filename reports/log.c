/* SPDX-License-Identifier: MIT */
/*
 * log.c - reading run.jsonl.
 *
 *	{"type":"campaign",...}		first, and again where it was resumed
 *	{"type":"site",...}		one for each
 *	{"type":"lifetime",...}	one for each object of the golden run
 *	{"type":"trial",...}		the last of an id and repetition
 *	{"type":"summary",...}		last, if nobody killed the campaign
 *
 * A line that has no newline at its end was cut off.
 */
#include "reports/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "model/site_json.h"
#include "model/trial_json.h"

enum { NAMED_MAX = 3 };

/* From an id to its place in an array; the size is a power of two. */
struct log_index {
	struct entry {
		const char *id; /* NULL: free */
		size_t place;
	} * entries;
	size_t size;
	size_t used;
};

static struct entry *
find_entry(const struct log_index *index, const char *id)
{
	size_t at = trial_hash(id) & (index->size - 1);

	while (index->entries[at].id && strcmp(index->entries[at].id, id) != 0)
		at = (at + 1) & (index->size - 1);
	return &index->entries[at];
}

static void
grow_index(struct log_index *index)
{
	struct log_index grown = {.size = index->size ? index->size * 2 : 256,
				  .used = index->used};

	grown.entries = mem_zalloc(grown.size * sizeof(*grown.entries));
	for (size_t i = 0; i < index->size; i++)
		if (index->entries[i].id)
			*find_entry(&grown, index->entries[i].id) =
				index->entries[i];
	free(index->entries);
	*index = grown;
}

/* Where @id is, or @next if it is not there yet; then it is now. */
static size_t
index_place(struct log_index **pointer, const char *id, size_t next)
{
	struct log_index *index = *pointer;
	struct entry *entry;

	if (!index)
		index = *pointer = mem_zalloc(sizeof(*index));
	if (index->used * 2 >= index->size)
		grow_index(index);
	entry = find_entry(index, id);
	if (!entry->id) {
		*entry = (struct entry) {id, next};
		index->used++;
	}
	return entry->place;
}

/* The place of @id, or @none. */
static size_t
index_find(const struct log_index *index, const char *id, size_t none)
{
	const struct entry *entry = index && id ? find_entry(index, id) : NULL;

	return entry && entry->id ? entry->place : none;
}

static void
index_free(struct log_index **index)
{
	if (*index)
		free((*index)->entries);
	free(*index);
	*index = NULL;
}

/* Shards have different options, and so does what they were to make. */
struct log_plan {
	struct campaign_options options;
	int64_t trials;		/* to be made */
	struct log_index *made; /* ids of those that are there */
};

/* Arrays grow by doubling: their counts tell when they are full. */
static void *
room_for_one(void *items, size_t count, size_t bytes)
{
	bool is_full = count == 0 || (count >= 16 && !(count & (count - 1)));

	if (!is_full)
		return items;
	return mem_grow(items, count ? count * 2 : 16, bytes);
}

/* Of a campaign that was resumed the last record counts. */
static void
turn_to_plan(struct log *log, const struct campaign_record *record)
{
	size_t at = 0;

	while (at < log->plan_count &&
	       campaign_options_difference(&log->plans[at].options,
					   &record->options))
		at++;
	if (at == log->plan_count) {
		log->plans = mem_grow(log->plans, ++log->plan_count,
				      sizeof(*log->plans));
		log->plans[at] = (struct log_plan) {0};
	}
	log->plans[at].options = record->options;
	log->plans[at].trials = record->plan.trials;
	log->plan = at;
}

static int
take_campaign(struct log *log, const json_t *json, struct err *err)
{
	struct campaign_record record;

	if (campaign_from_json(&record, json, &log->arena, err))
		return -1;
	if (log->has_campaign &&
	    !record_texts_equal(&log->campaign.target, &record.target))
		return err_set(err, 0, "this is a campaign of another target");
	log->campaign = record;
	log->has_campaign = true;
	turn_to_plan(log, &record);
	return 0;
}

void
log_add_site(struct log *log, const struct site *site)
{
	size_t place = index_place(&log->site_index, site->id, log->site_count);

	if (place == log->site_count) {
		log->sites = room_for_one(log->sites, place, sizeof(*site));
		log->site_count++;
	}
	log->sites[place] = *site;
}

static int
take_site(struct log *log, const json_t *json, struct err *err)
{
	struct site site;

	if (site_from_json(&site, json, &log->arena, err))
		return -1;
	log_add_site(log, &site);
	return 0;
}

static int
take_object(struct log *log, const json_t *json, struct err *err)
{
	struct campaign_object object;
	size_t place;

	if (campaign_object_from_json(&object, json, &log->arena, err))
		return -1;
	place = index_place(&log->object_index, object.created_at,
			    log->object_count);
	if (place == log->object_count) {
		log->objects =
			room_for_one(log->objects, place, sizeof(object));
		log->object_count++;
	}
	log->objects[place] = object;
	return 0;
}

/* Room for one more at @at. An array is full when its count is a power of 2. */
static void
open_gap(struct trial *trial, size_t at, struct arena *arena)
{
	struct trial *runs = trial->runs;
	size_t count = trial->run_count++;

	if (!(count & (count - 1))) {
		runs = arena_alloc(arena,
				   (count ? 2 * count : 1) * sizeof(*runs));
		if (count)
			memcpy(runs, trial->runs, count * sizeof(*runs));
	}
	memmove(runs + at + 1, runs + at, (count - at) * sizeof(*runs));
	trial->runs = runs;
}

/* In the order of repetitions, in which nearly all of them come. */
static void
add_run(struct trial *trial, const struct trial *run, struct arena *arena)
{
	size_t at = trial->run_count;

	while (at > 0 && trial->runs[at - 1].repetition > run->repetition)
		at--;
	if (at > 0 && trial->runs[at - 1].repetition == run->repetition)
		at--;
	else
		open_gap(trial, at, arena);
	trial->runs[at] = *run;
}

/* One of the same repetition was made again, and replaces it. */
static void
add_again(struct trial *trial, const struct trial *run, struct arena *arena)
{
	const struct trial first = *trial;

	if (!trial->run_count && trial->repetition == run->repetition) {
		*trial = *run;
		return;
	}
	if (!trial->run_count)
		add_run(trial, &first, arena);
	add_run(trial, run, arena);
}

/* Texts of a trial go to the log's arena: a block for each would be much. */
static int
take_trial(struct log *log, const json_t *json, struct err *err)
{
	struct trial trial;
	size_t place;

	if (trial_from_json(&trial, json, &log->arena, err))
		return -1;
	index_place(&log->plans[log->plan].made, trial.id, 0);
	place = index_place(&log->trial_index, trial.id, log->trial_count);
	if (place == log->trial_count) {
		log->trials = room_for_one(log->trials, place, sizeof(trial));
		log->trials[log->trial_count++] = trial;
	} else {
		add_again(&log->trials[place], &trial, &log->arena);
	}
	log->has_summary = false;
	return 0;
}

static int
take_summary(struct log *log, const json_t *json, struct err *err)
{
	if (campaign_summary_from_json(&log->summary, json, &log->arena, err))
		return -1;
	log->has_summary = true;
	return 0;
}

static const struct {
	const char *type;
	int (*take)(struct log *log, const json_t *json, struct err *err);
} records[] = {
	{"campaign", take_campaign}, {"site", take_site},
	{"lifetime", take_object},   {"trial", take_trial},
	{"summary", take_summary},
};

static int
take_record(struct log *log, const json_t *json, bool is_first, struct err *err)
{
	const char *type = json_string_value(json_object_get(json, "type"));

	if (is_first)
		return take_campaign(log, json, err);
	if (!type)
		return err_set(err, 0, "\"type\" is missing");
	for (size_t i = 0; i < ARRAY_LEN(records); i++)
		if (strcmp(records[i].type, type) == 0)
			return records[i].take(log, json, err);
	return 0;
}

static int
take_line(struct log *log, const char *line, size_t length, bool is_first,
	  struct err *err)
{
	json_error_t why;
	json_t *json = json_loadb(line, length, 0, &why);
	int failed;

	if (!json)
		return err_set(err, 0, "%s",
			       is_first ? "this is no log of ipcrash"
					: why.text);
	failed = take_record(log, json, is_first, err);
	json_decref(json);
	return failed;
}

/* The lines of a file one by one. */
struct lines {
	FILE *in;
	const char *name;
	size_t number;
	char *text;
	size_t room;
};

static int
take_lines(struct log *log, struct lines *lines, struct err *err)
{
	ssize_t length;

	log->whole_bytes = 0;
	log->torn_bytes = 0;
	errno = 0;
	while ((length = getline(&lines->text, &lines->room, lines->in)) > 0) {
		if (lines->text[length - 1] != '\n') {
			log->torn_bytes = length;
			break;
		}
		if (take_line(log, lines->text, (size_t)length,
			      lines->number++ == 0, err))
			return err_wrap(err, "%s:%zu", lines->name,
					lines->number);
		log->whole_bytes += length;
		errno = 0;
	}
	if (ferror(lines->in))
		return err_set(err, errno, "%s", lines->name);
	if (lines->number == 0)
		return err_set(err, 0, "%s: this is no log of ipcrash: %s",
			       lines->name,
			       log->torn_bytes ? "its first record is cut off"
					       : "it is empty");
	return 0;
}

/* A trial and the place of its site. */
struct ranked {
	size_t site; /* those of unknown sites come last */
	struct trial trial;
};

static unsigned
rank_of(const struct fault *fault)
{
	const struct fault *defaults;
	size_t count = fault_defaults(&defaults);

	for (size_t i = 0; i < count; i++)
		if (fault_equal(fault, &defaults[i]))
			return (unsigned)i;
	return ((unsigned)fault->class + 1) << 20 |
	       (unsigned)fault->number << 1 | fault->persistent;
}

int
log_compare_faults(const struct fault *a, const struct fault *b)
{
	unsigned rank_a = rank_of(a);
	unsigned rank_b = rank_of(b);

	return rank_a < rank_b ? -1 : rank_a > rank_b;
}

static int
compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left;
	const struct ranked *b = right;

	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	if (a->trial.phase != b->trial.phase)
		return a->trial.phase < b->trial.phase ? -1 : 1;
	return log_compare_faults(&a->trial.fault, &b->trial.fault);
}

/* Of equally bad ones that which has left more. */
static bool
is_worse(const struct trial *a, const struct trial *b)
{
	unsigned badness_a = verdict_badness(a->verdict);
	unsigned badness_b = verdict_badness(b->verdict);

	return badness_a > badness_b ||
	       (badness_a == badness_b && a->left_count > b->left_count);
}

static void
choose_worst(struct trial *trial)
{
	struct trial *runs = trial->runs;
	size_t count = trial->run_count;
	size_t worst = 0;

	if (!count)
		return;
	for (size_t i = 1; i < count; i++)
		if (is_worse(&runs[i], &runs[worst]))
			worst = i;
	*trial = runs[worst];
	trial->runs = runs;
	trial->run_count = count;
}

static void
sort_trials(struct log *log)
{
	struct ranked *order = mem_alloc(log->trial_count * sizeof(*order));

	for (size_t i = 0; i < log->trial_count; i++) {
		struct trial *trial = &log->trials[i];

		choose_worst(trial);
		order[i].site = index_find(log->site_index, trial->site,
					   log->site_count);
		order[i].trial = *trial;
	}
	if (log->trial_count)
		qsort(order, log->trial_count, sizeof(*order), compare_ranked);
	for (size_t i = 0; i < log->trial_count; i++) {
		log->trials[i] = order[i].trial;
		find_entry(log->trial_index, log->trials[i].id)->place = i;
	}
	free(order);
}

int
log_read(struct log *log, FILE *in, const char *name, struct err *err)
{
	struct lines lines = {.in = in, .name = name};
	int failed = take_lines(log, &lines, err);

	free(lines.text);
	if (!failed)
		sort_trials(log);
	return failed;
}

char *
log_file_name(const char *path)
{
	struct stat status;
	bool is_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);

	return mem_printf("%s%s", path, is_folder ? "/" LOG_NAME : "");
}

int
log_read_file(struct log *log, const char *path, struct err *err)
{
	CLEANUP_FREE char *name = log_file_name(path);
	FILE *in = fopen(name, "re");
	int failed;

	if (!in)
		return err_set(err, errno, "%s", name);
	failed = log_read(log, in, name, err);
	fclose(in);
	return failed;
}

void
log_free(struct log *log)
{
	free(log->sites);
	free(log->objects);
	free(log->trials);
	for (size_t i = 0; i < log->plan_count; i++)
		index_free(&log->plans[i].made);
	free(log->plans);
	index_free(&log->site_index);
	index_free(&log->object_index);
	index_free(&log->trial_index);
	arena_free(&log->arena);
	*log = (struct log) {0};
}

static int64_t
repetitions_of(const struct log_plan *plan)
{
	return plan->options.repeat > 1 ? plan->options.repeat : 1;
}

static int64_t
count_made(const struct log *log, const struct log_plan *plan)
{
	const struct log_index *index = plan->made;
	int64_t wanted = repetitions_of(plan);
	int64_t count = 0;

	for (size_t i = 0; index && i < index->size; i++) {
		const char *id = index->entries[i].id;
		const struct trial *trial = id ? log_trial(log, id) : NULL;
		int64_t runs = trial ? (int64_t)trial->run_count : 0;

		if (trial)
			count += runs < 1 ? 1 : runs < wanted ? runs : wanted;
	}
	return count;
}

struct log_runs
log_count_runs(const struct log *log)
{
	struct log_runs runs = {0, 0};

	for (size_t i = 0; i < log->plan_count; i++) {
		const struct log_plan *plan = &log->plans[i];
		int64_t made = count_made(log, plan);
		int64_t planned;

		if (__builtin_mul_overflow(plan->trials, repetitions_of(plan),
					   &planned) ||
		    __builtin_add_overflow(runs.planned, planned,
					   &runs.planned))
			runs.planned = INT64_MAX;
		runs.made += made < planned ? made : planned;
	}
	return runs;
}

const struct site *
log_site(const struct log *log, const char *id)
{
	size_t place = index_find(log->site_index, id, log->site_count);

	return place < log->site_count ? &log->sites[place] : NULL;
}

const struct trial *
log_trial(const struct log *log, const char *id)
{
	size_t place = index_find(log->trial_index, id, log->trial_count);

	return place < log->trial_count ? &log->trials[place] : NULL;
}

const struct trial *
log_find_trial(const struct log *log, const char *given, struct err *err)
{
	size_t exact = index_find(log->trial_index, given, log->trial_count);
	const struct trial *found = NULL;
	CLEANUP_BUF struct buf names = {0};
	size_t count = 0;

	if (exact < log->trial_count)
		return &log->trials[exact];
	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];

		if (!trial_is_called(trial, given))
			continue;
		if (count++ < NAMED_MAX)
			buf_printf(&names, "%s%s", count > 1 ? ", " : "",
				   trial->id);
		if (count == 1)
			found = trial;
	}
	if (count > 1)
		err_set(err, 0, "%zu trials are called '%s': %s%s", count,
			given, buf_text(&names),
			count > NAMED_MAX ? ", ..." : "");
	else if (!found)
		err_set(err, 0, "the log has no trial '%s'", given);
	return count > 1 ? NULL : found;
}

size_t
log_moment(const struct log *log, const char *site, enum phase phase)
{
	const struct site *found = site ? log_site(log, site) : NULL;

	if (!found)
		return SIZE_MAX;
	return (size_t)(found - log->sites) * 2 + (phase == PHASE_RETURN);
}

size_t
log_index_of(const struct log *log, const struct trial *trial)
{
	const struct trial *found = log_trial(log, trial->id);

	return found ? (size_t)(found - log->trials) : SIZE_MAX;
}
