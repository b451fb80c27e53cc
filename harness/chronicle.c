/* SPDX-License-Identifier: MIT */
/* chronicle.c - what a campaign puts into its log. */
#include "harness/chronicle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/tally.h"
#include "model/site_json.h"
#include "model/trial_json.h"
#include "reports/classes.h"

/* Texts of a record, in an arena that goes when it is written. */
struct draft {
	struct campaign_record record;
	const char *cautions[CAUTION_COUNT];
	struct arena arena;
};

static const char *
fault_text(struct draft *draft, const struct fault *fault)
{
	CLEANUP_BUF struct buf text = {0};

	fault_format(fault, &text);
	return arena_copy(&draft->arena, buf_text(&text), text.length);
}

/* The different faults of a policy that the plan has, in its order. */
static struct record_texts
faults_of(struct draft *draft, const struct plan *plan, enum policy policy)
{
	struct record_texts texts = {0};
	struct tally seen = {0};

	texts.items = arena_alloc(&draft->arena,
				  (plan->count + 1) * sizeof(*texts.items));
	for (size_t i = 0; i < plan->count; i++) {
		const char *text;

		if (plan->items[i].policy != policy)
			continue;
		text = fault_text(draft, &plan->items[i].fault);
		if (!(*tally_of(&seen, trial_hash(text)))++)
			texts.items[texts.count++] = text;
	}
	tally_free(&seen);
	return texts;
}

static struct record_texts
faults_given(struct draft *draft, const struct plan_settings *settings)
{
	struct record_texts texts = {.count = settings->fault_count};

	texts.items = arena_alloc(&draft->arena,
				  (texts.count + 1) * sizeof(*texts.items));
	for (size_t i = 0; i < texts.count; i++)
		texts.items[i] = fault_text(draft, &settings->faults[i]);
	return texts;
}

static struct record_texts
same_texts(const struct cli_texts *texts)
{
	return (struct record_texts) {.items = texts->items,
				      .count = texts->count};
}

static struct campaign_options
options_of(struct draft *draft, const struct campaign_settings *settings)
{
	const struct plan_settings *plan = &settings->plan;

	return (struct campaign_options) {
		.points = points_name(plan->points),
		.faults = faults_given(draft, plan),
		.only = same_texts(&plan->only),
		.skip = same_texts(&plan->skip),
		.require = same_texts(&plan->require),
		.allow = same_texts(&plan->allow),
		.input = settings->input,
		.timeout_ms = settings->timeout_ms,
		.settle_ms = settings->settle_ms,
		.stop = settings->stop_signal
				? fault_signal_name(settings->stop_signal)
				: NULL,
		.idle_ms = settings->idle_ms,
		.max_trials = (int64_t)plan->max_trials,
		.repeat = (int64_t)settings->repeat,
		.repeat_equal = plan->repeat_equal,
		.seed = plan->seed,
		.allow_leaky = settings->allow_leaky,
		.no_window = settings->no_window,
		.strict = settings->strict};
}

static struct cli_texts
given_texts(const struct record_texts *texts)
{
	return (struct cli_texts) {.items = texts->items,
				   .count = texts->count};
}

static char *const *
argv_of(const struct record_texts *target, struct arena *arena)
{
	char **argv = arena_alloc(arena, (target->count + 1) * sizeof(*argv));

	for (size_t i = 0; i < target->count; i++)
		argv[i] = (char *)target->items[i];
	argv[target->count] = NULL;
	return argv;
}

static void
add_faults(struct plan_settings *plan, const struct record_texts *given,
	   struct arena *arena)
{
	struct fault *faults;
	struct err unused;

	if (given->count == 0)
		return; /* the default set */
	faults = arena_alloc(arena, given->count * sizeof(*faults));
	for (size_t i = 0; i < given->count; i++)
		if (fault_parse(given->items[i], &faults[plan->fault_count],
				&unused) == 0)
			plan->fault_count++;
	plan->faults = faults;
}

struct campaign_settings
chronicle_settings(const struct campaign_record *record, struct arena *arena)
{
	const struct campaign_options *then = &record->options;
	struct campaign_settings settings = {
		.argv = argv_of(&record->target, arena),
		.place = record->sandboxed ? RUN_ANYWHERE : RUN_HOST,
		.repeat = (size_t)then->repeat,
		.input = then->input,
		.timeout_ms = then->timeout_ms,
		.settle_ms = then->settle_ms,
		.stop_signal = fault_signal_number(then->stop),
		.idle_ms = then->idle_ms,
		.allow_leaky = then->allow_leaky,
		.no_window = then->no_window,
		.strict = then->strict,
		.plan = {.only = given_texts(&then->only),
			 .skip = given_texts(&then->skip),
			 .require = given_texts(&then->require),
			 .allow = given_texts(&then->allow),
			 .max_trials = (size_t)then->max_trials,
			 .repeat_equal = (unsigned)then->repeat_equal,
			 .seed = then->seed},
	};

	points_parse(then->points, &settings.plan.points);
	add_faults(&settings.plan, &then->faults, arena);
	return settings;
}

static struct record_texts
cautions_of(struct draft *draft, const struct golden *golden)
{
	return (struct record_texts) {
		.items = draft->cautions,
		.count = caution_texts(golden->cautions, draft->cautions)};
}

static struct record_texts
command_of(char *const *argv)
{
	struct record_texts texts = {.items = (const char **)argv};

	while (argv[texts.count])
		texts.count++;
	return texts;
}

static void
fill(struct draft *draft, const struct campaign *campaign,
     const struct campaign_settings *settings, const char *directory)
{
	const struct plan *plan = &campaign->plan;

	draft->record = (struct campaign_record) {
		.tool = "ipcrash " VERSION,
		.target = command_of(settings->argv),
		.directory = directory,
		.sandboxed = campaign->sandboxed,
		.refused = campaign->refused[0] ? campaign->refused : NULL,
		.started = time(NULL),
		.must_clean = faults_of(draft, plan, POLICY_MUST_CLEAN),
		.may_leak = faults_of(draft, plan, POLICY_MAY_LEAK),
		.options = options_of(draft, settings),
		.plan = {.golden_ns = campaign->golden.duration_ns,
			 .differs = campaign->differs[0] ? campaign->differs
							 : NULL,
			 .notes = cautions_of(draft, &campaign->golden),
			 .points = (int64_t)plan->points,
			 .trials = (int64_t)plan->count,
			 .unpicked = (int64_t)plan->unpicked,
			 .left_out = (int64_t)plan->left_out,
			 .in_library = (int64_t)plan->in_library}};
}

static int
write_campaign(struct chronicle *chronicle, const struct campaign *campaign,
	       const struct campaign_settings *settings, struct err *err)
{
	struct draft draft = {0};
	CLEANUP_FREE char *directory = getcwd(NULL, 0);
	json_t *json;

	fill(&draft, campaign, settings, directory ? directory : "?");
	json = campaign_to_json(&draft.record);
	arena_free(&draft.arena);
	return journal_write(&chronicle->journal, json, err);
}

static const char *
site_id(const struct golden *golden, int site)
{
	return site == NO_SITE ? NULL : golden->sites[site].site.id;
}

static int
write_golden(struct chronicle *chronicle, const struct golden *golden,
	     struct err *err)
{
	for (size_t i = 0; i < golden->site_count; i++)
		if (journal_write(&chronicle->journal,
				  site_to_json(&golden->sites[i].site), err))
			return -1;
	for (size_t i = 0; i < golden->lifetime_count; i++) {
		const struct lifetime *lifetime = &golden->lifetimes[i];
		const struct campaign_object object = {
			.kind = lifetime->kind,
			.path = lifetime->path,
			.created_at = site_id(golden, lifetime->created),
			.released_at = site_id(golden, lifetime->released)};

		if (journal_write(&chronicle->journal,
				  campaign_object_to_json(&object), err))
			return -1;
	}
	return 0;
}

static bool
is_target(const struct campaign_record *record, char *const *argv)
{
	const struct record_texts *target = &record->target;
	size_t i = 0;

	while (i < target->count && argv[i] &&
	       !strcmp(target->items[i], argv[i]))
		i++;
	return i == target->count && !argv[i];
}

/* Relative names in the command would be others elsewhere. */
static bool
is_here(const struct campaign_record *record)
{
	CLEANUP_FREE char *directory = getcwd(NULL, 0);

	return !directory || !record->directory ||
	       !strcmp(directory, record->directory);
}

static const char *
other_option(const struct campaign_record *record,
	     const struct campaign_settings *settings)
{
	struct draft draft = {0};
	const struct campaign_options options = options_of(&draft, settings);
	const char *name =
		campaign_options_difference(&record->options, &options);

	arena_free(&draft.arena);
	return name;
}

#define ANOTHER " (remedy: another --output folder, or no --resume)"

/*
 * Is the log about the same runs? Its first record is what reports and rerun go
 * by; trials of other runs among its own would be told as if they were its.
 */
static int
check_earlier(const struct campaign_record *record,
	      const struct campaign *campaign,
	      const struct campaign_settings *settings, struct err *err)
{
	const char *option = other_option(record, settings);

	if (!is_target(record, settings->argv))
		return err_set(err, 0, "the log is of another command" ANOTHER);
	if (!is_here(record))
		return err_set(
			err, 0,
			"the log is of runs in another directory" ANOTHER);
	if (record->sandboxed != campaign->sandboxed)
		return err_set(err, 0, "the log is of runs %s" ANOTHER,
			       record->sandboxed ? "in a sandbox"
						 : "on the host");
	if (option)
		return err_set(
			err, 0,
			"the log was begun with other options: \"%s\" of "
			"them was another" ANOTHER,
			option);
	return 0;
}

uint64_t
chronicle_key(const char *id, unsigned repetition)
{
	return tally_mix(trial_hash(id), repetition);
}

static void
set_finished(struct tally *finished, const struct trial *trial)
{
	if (trial->verdict != VERDICT_BROKEN)
		*tally_of(finished,
			  chronicle_key(trial->id, trial->repetition)) = 1;
}

/* Was its writer killed before the first record was whole? */
static bool
is_stillborn(const struct log *log, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 &&
	       (status.st_size == 0 ||
		(log->whole_bytes == 0 && log->torn_bytes > 0));
}

/*
 * Returns how many bytes of the log are gone on with, -1: it is put aside,
 * -2: *err. Without a trial its sites may not all be there: so none of it is.
 */
static int64_t
read_earlier(struct chronicle *chronicle, const struct campaign *campaign,
	     const struct campaign_settings *settings, struct tally *finished,
	     struct err *err)
{
	CLEANUP_FREE char *path =
		mem_printf("%s/%s", settings->folder, LOG_NAME);
	struct log *log = &chronicle->log;
	struct err unread;

	if (!settings->resume)
		return -1;
	if (log_read_file(log, path, &unread)) {
		if (is_stillborn(log, path))
			return -1;
		*err = unread;
		return -2;
	}
	if (check_earlier(&log->campaign, campaign, settings, err))
		return -2;
	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];

		if (!trial->run_count)
			set_finished(finished, trial);
		for (size_t j = 0; j < trial->run_count; j++)
			set_finished(finished, &trial->runs[j]);
	}
	return log->trial_count ? log->whole_bytes : 0;
}

/*
 * The plan of the log stays what it was; only that its trials are wanted more
 * often is news.
 */
static int
go_on(struct chronicle *chronicle, const struct campaign_settings *settings,
      struct err *err)
{
	struct campaign_record record = chronicle->log.campaign;

	if (record.options.repeat >= (int64_t)settings->repeat ||
	    settings->repeat < 2)
		return 0;
	record.options.repeat = (int64_t)settings->repeat;
	return journal_write(&chronicle->journal, campaign_to_json(&record),
			     err);
}

int
chronicle_open(struct chronicle *chronicle, const struct campaign *campaign,
	       const struct campaign_settings *settings, struct tally *finished,
	       struct err *err)
{
	int64_t keep;

	*chronicle = (struct chronicle) {.journal = JOURNAL_NONE,
					 .started_ns = clock_now_ns()};
	if (!settings->folder)
		return 0;
	if (journal_open(&chronicle->journal, settings->folder, err))
		return -1;
	keep = read_earlier(chronicle, campaign, settings, finished, err);
	if (keep < -1 ||
	    journal_begin(&chronicle->journal, settings->folder, keep, err))
		return -1;
	if (keep > 0)
		return go_on(chronicle, settings, err);
	return write_campaign(chronicle, campaign, settings, err) ||
			       write_golden(chronicle, &campaign->golden, err)
		       ? -1
		       : 0;
}

int
chronicle_trial(struct chronicle *chronicle, const struct trial *trial,
		struct err *err)
{
	if (chronicle->journal.fd < 0)
		return 0;
	return journal_write(&chronicle->journal, trial_to_json(trial), err);
}

/* What the whole log comes to, the part before a --resume too. */
static int
read_back(struct chronicle *chronicle, struct log *log, struct err *err)
{
	int fd = dup(chronicle->journal.fd);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	int failed;

	if (!in)
		return err_set(err, errno, "reading the log again");
	rewind(in);
	failed = log_read(log, in, LOG_NAME, err);
	fclose(in);
	return failed;
}

int
chronicle_close(struct chronicle *chronicle, const struct campaign *campaign,
		struct err *err)
{
	CLEANUP_LOG struct log log = {0};
	CLEANUP_CLASSES struct classes classes = {0};
	struct campaign_summary summary = {0};

	if (chronicle->journal.fd < 0)
		return 0;
	if (read_back(chronicle, &log, err))
		return -1;
	classes_make(&classes, &log, log.campaign.options.strict);
	classes_summarize(&classes, &log, &summary);
	summary.duration_ns = clock_now_ns() - chronicle->started_ns;
	summary.interrupted_by = campaign->interrupted_by;
	return journal_write(&chronicle->journal,
			     campaign_summary_to_json(&summary), err);
}

void
chronicle_free(struct chronicle *chronicle)
{
	journal_close(&chronicle->journal);
	log_free(&chronicle->log);
}
