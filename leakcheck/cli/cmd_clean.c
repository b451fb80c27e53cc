/* SPDX-License-Identifier: MIT */
/* cmd_clean.c - `leakcheck clean`: remove what nothing uses any more. */
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "leakcheck/clean.h"
#include "leakcheck/cli/clean_report.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/names.h"
#include "leakcheck/cli/options.h"
#include "leakcheck/cli/tell.h"
#include "leakcheck/remove.h"

struct clean_options {
	struct scope scope;
	const char *owner;
	int64_t older_than_ms;
	bool dead_creator;
	bool unattached;
	bool yes;
	bool json;
	enum term_color color;
};

#define MEMBER(name) offsetof(struct clean_options, name)

static const struct cli_option options[] = {
	OPTIONS_SCOPE(struct clean_options, scope),
	{"owner", 0, "USER", "Only what belongs to this user, by name or uid.",
	 cli_text, MEMBER(owner)},
	{"older-than", 0, "PERIOD",
	 "Only what was not changed or used for at least so long, such as 2h "
	 "or 7d.",
	 cli_period, MEMBER(older_than_ms)},
	{"dead-creator", 0, NULL,
	 "Only what was made by a process that is dead; for all kinds but "
	 "sysv-shm: what was used, but by nothing that is alive.",
	 cli_flag, MEMBER(dead_creator)},
	{"unattached", 0, NULL,
	 "Only what no process has attached, open or bound; never sysv-sem "
	 "and sysv-msg, of which that cannot be told.",
	 cli_flag, MEMBER(unattached)},
	{"yes", 'y', NULL, "Remove it. Without this nothing is changed.",
	 cli_flag, MEMBER(yes)},
	OPTION_JSON(struct clean_options, json),
	OPTION_COLOR(struct clean_options, color),
};

static int
make_criteria(const struct clean_options *settings,
	      struct clean_criteria *criteria, struct err *err)
{
	*criteria = (struct clean_criteria) {
		.kinds = settings->scope.kinds ? settings->scope.kinds
					       : KIND_ALL,
		.by_owner = settings->owner,
		.older_than_ms = settings->older_than_ms,
		.dead_creator = settings->dead_creator,
		.unattached = settings->unattached,
	};
	if (!settings->scope.kinds && !settings->owner &&
	    settings->older_than_ms < 0 && !settings->dead_creator &&
	    !settings->unattached)
		return err_set(err, 0,
			       "clean: say what is to be removed, with one or "
			       "more of --kind, --owner, --older-than, "
			       "--dead-creator, --unattached; see '" PROGRAM
			       " clean --help'");
	if (settings->owner &&
	    !names_find_user(settings->owner, &criteria->owner))
		return err_set(err, 0, "clean: there is no user '%s'",
			       settings->owner);
	if (settings->owner && names_user_is_many(criteria->owner))
		return err_set(err, 0,
			       "clean: in this user namespace '%s' may be "
			       "anybody who has no number here",
			       settings->owner);
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / NS_PER_MS;
}

/* Ask about one object that matches, and decide. */
static void
judge(struct clean_entry *entry, const struct clean_criteria *criteria,
      struct inuse *inuse, int64_t now)
{
	CLEANUP_BUF struct buf use_why = {0};
	CLEANUP_BUF struct buf creator_why = {0};
	CLEANUP_BUF struct buf why = {0};
	struct clean_evidence evidence;

	evidence.use = inuse_ask(inuse, entry->object, &use_why);
	evidence.creator = inuse_creator(inuse, entry->object, &creator_why);
	evidence.use_why = buf_text(&use_why);
	evidence.creator_why = buf_text(&creator_why);
	entry->use = evidence.use;
	entry->outcome =
		clean_removes(criteria, entry->object, &evidence, now, &why)
			? CLEAN_WOULD_GO
			: CLEAN_KEPT;
	entry->why = mem_strdup(buf_text(&why));
}

static void
judge_all(struct clean_report *report, const struct clean_criteria *criteria,
	  struct inuse *inuse)
{
	const struct object_list *objects = &report->snapshot->objects;
	int64_t now = now_ms();

	for (size_t i = 0; i < objects->count; i++) {
		const struct object *object = &objects->items[i];

		if (!clean_matches(criteria, object, now))
			continue;
		report->entries[report->count].object = object;
		judge(&report->entries[report->count++], criteria, inuse, now);
	}
}

static void
remove_one(struct clean_entry *entry, struct inuse *inuse)
{
	static const enum clean_outcome outcomes[] = {
		[REMOVED_NOW] = CLEAN_REMOVED,
		[REMOVED_BEFORE] = CLEAN_GONE,
		[REMOVED_NOT] = CLEAN_FAILED,
		[REMOVED_SPARED] = CLEAN_KEPT,
	};
	struct err err;
	enum removed removed =
		remove_unused(inuse, entry->object, entry->use, &err);

	entry->outcome = outcomes[removed];
	if (removed == REMOVED_NOT)
		entry->error = mem_strdup(err.text);
	if (removed != REMOVED_SPARED)
		return;
	free(entry->why);
	entry->why = mem_printf("in use by now: %s", err.text);
}

static int
decide(const struct clean_report *report)
{
	if (report->counts[CLEAN_FAILED] > 0)
		return STATUS_FINDINGS;
	return report->snapshot->blind_count > 0 ? STATUS_INCOMPLETE
						 : STATUS_OK;
}

static void
fill_report(struct clean_report *report, const struct clean_criteria *criteria)
{
	CLEANUP_INUSE struct inuse *inuse = inuse_new(PROCS_DEFAULT);

	judge_all(report, criteria, inuse);
	for (size_t i = 0; i < report->count; i++) {
		struct clean_entry *entry = &report->entries[i];

		if (report->yes && entry->outcome == CLEAN_WOULD_GO)
			remove_one(entry, inuse);
		report->counts[entry->outcome]++;
	}
	report->exit_status = decide(report);
}

static void
free_entries(struct clean_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->entries[i].why);
		free(report->entries[i].error);
	}
	free(report->entries);
}

static int
print_report(const struct clean_report *report, bool json, struct err *err)
{
	if (!json)
		clean_report_text(report, stdout);
	else if (clean_report_json(report, stdout, err))
		return STATUS_USAGE;
	if (program_flush(err))
		return STATUS_USAGE;
	tell_blind_spots(report->snapshot, stderr);
	return report->exit_status;
}

static int
clean(const struct clean_options *settings, struct err *err)
{
	const struct collect_settings collect =
		scope_settings(&settings->scope);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	struct clean_criteria criteria;
	struct clean_report report;
	int status;

	if (make_criteria(settings, &criteria, err))
		return STATUS_USAGE;
	snapshot = collect_snapshot(&collect, err);
	if (!snapshot)
		return STATUS_INTERNAL;
	scope_tell_missing(&settings->scope, stderr);
	report = (struct clean_report) {
		.snapshot = snapshot,
		.entries = mem_zalloc(snapshot->objects.count *
				      sizeof(*report.entries)),
		.yes = settings->yes,
		.color = term_wants_color(stdout, settings->color),
	};
	fill_report(&report, &criteria);
	status = print_report(&report, settings->json, err);
	free_entries(&report);
	return status;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct clean_options settings = {.older_than_ms = -1};
	int parsed = options_parse(self, &settings, argc, argv, err);
	int status = parsed < 0 ? STATUS_USAGE : STATUS_OK;

	if (parsed > 0)
		status = clean(&settings, err);
	scope_free(&settings.scope);
	return status;
}

const struct cli_command cmd_clean = {
	.name = "clean",
	.arguments = "[OPTION]... [--yes]",
	.summary = "remove IPC objects that nothing uses any more",
	.details =
		"Lists the objects that --kind, --owner and --older-than "
		"select, all of them together, and says of each whether it "
		"would be removed and why. Nothing is changed without --yes.\n"
		"\n"
		"What is in use is never removed: a segment that is attached; "
		"a semaphore set on which a process waits or whose last user "
		"lives; a message queue whose last sender or receiver lives, "
		"or for which a process waits; a file or POSIX queue that is "
		"open or mapped anywhere; a FIFO that a process has open or "
		"waits to open; a socket path to which a socket is bound. What "
		"cannot be told is kept, too, such as FIFOs and System V "
		"message queues where processes of other users or outside a "
		"container cannot be looked at; ipcrm(1) and rm(1) remove it "
		"all the same.\n"
		"\n"
		"What something may be about to use is removed only with "
		"--older-than: a segment whose creator or last user lives; a "
		"FIFO that was never used; semaphore sets and message queues, "
		"for the kernel keeps only their last users, and others that "
		"live may still count on them.\n"
		"\n"
		"Only segments have a creator that the kernel knows. With "
		"--dead-creator other objects are removed if they were used "
		"and nothing alive is known to use them; sets and queues only "
		"together with --older-than. A creator whose "
		"number another process has by now is dead, where the clock "
		"allows to tell.\n"
		"\n"
		"Age is the time since the last change or use that the kernel "
		"keeps; writing to mapped memory is not kept.\n"
		"\n"
		"  " PROGRAM " clean --owner build --older-than 1d\n"
		"  " PROGRAM " clean --kind sysv-shm --dead-creator --yes\n"
		"\n"
		"Exit status: 0 done, or nothing to do, also without --yes; 1 "
		"something could not be removed; 2 wrong usage; 5 nothing went "
		"wrong, but something could not be looked at.",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.mixed = true,
	.run = run,
};
