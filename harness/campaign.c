/* SPDX-License-Identifier: MIT */
/* campaign.c - all trials of one target. */
#include "harness/campaign.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/chronicle.h"
#include "harness/deferred.h"
#include "harness/interrupts.h"
#include "harness/tally.h"
#include "harness/tracer/tracer.h"
#include "harness/warden.h"
#include "model/trial_json.h"

enum { TICK_MS = 1000, LIMIT_TIMES = 10, LIMIT_LEAST_MS = 2000 };

/* A campaign under way. */
struct course {
	struct campaign *campaign;
	const struct campaign_settings *settings;
	const struct campaign_watcher *watcher;
	struct warden_work work;
	struct warden *wardens;
	size_t warden_count;
	struct pollfd *ready;	  /* a row a warden, and one for signals */
	size_t next;		  /* number of a trial, see warden_give() */
	struct tally finished;	  /* chronicle_key()s that the log has */
	struct tally attempts;	  /* by number: wardens that it has cost */
	struct deferred deferred; /* made alone, in the end */
	bool alone;
	struct chronicle chronicle;
	struct interrupts interrupts;
	unsigned stops; /* signals that are to end it */
};

static int
choose_place(struct campaign *campaign,
	     const struct campaign_settings *settings, struct err *err)
{
	struct err refused = {0};

	if (settings->place == RUN_HOST)
		return 0;
	campaign->sandboxed = sandbox_probe(&refused) == 0;
	if (campaign->sandboxed)
		return 0;
	snprintf(campaign->refused, sizeof(campaign->refused), "%s",
		 refused.text);
	if (settings->place == RUN_ANYWHERE)
		return 0;
	campaign->state = CAMPAIGN_CANNOT_RUN;
	*err = refused;
	return -1;
}

/* leakcheck's witness has such a filter. seccomp(2), NOTES */
static int
check_view(struct campaign *campaign, struct err *err)
{
	if (!tracer_is_filtered())
		return 0;
	campaign->state = CAMPAIGN_CANNOT_RUN;
	return err_set(
		err, 0,
		"a seccomp filter above asks a supervisor about system "
		"calls, which hides them from us: run ipcrash outside of "
		"it, of 'leakcheck run' for one");
}

/* A run with a fault takes about as long as one without. */
static int64_t
limit_of(const struct course *course)
{
	int64_t limit_ms =
		course->campaign->golden.duration_ns / NS_PER_MS * LIMIT_TIMES;

	if (course->settings->timeout_ms)
		return course->settings->timeout_ms;
	return limit_ms > LIMIT_LEAST_MS ? limit_ms : LIMIT_LEAST_MS;
}

static void
tell_tick(const struct course *course, bool asked)
{
	if (course->watcher->tick)
		course->watcher->tick(course->watcher->owner, course->campaign,
				      asked);
}

/* What came of writing to the log. */
static int
note_logged(struct course *course, int failed)
{
	if (failed)
		course->campaign->state = CAMPAIGN_NOT_LOGGED;
	return failed;
}

static int
finish_trial(struct course *course, const struct trial *trial, struct err *err)
{
	course->campaign->done++;
	if (note_logged(course,
			chronicle_trial(&course->chronicle, trial, err)))
		return -1;
	if (course->watcher->trial)
		course->watcher->trial(course->watcher->owner, course->campaign,
				       trial);
	return 0;
}

static unsigned
repetition_of(const struct course *course, size_t number)
{
	return (unsigned)(number / course->campaign->plan.count) + 1;
}

/* No warden could make it. */
static int
give_up_trial(struct course *course, size_t number, const char *why,
	      struct err *err)
{
	const struct plan *plan = &course->campaign->plan;
	const struct planned *planned = &plan->items[number % plan->count];
	const struct site *site =
		&course->campaign->golden.sites[planned->site].site;
	char id[TRIAL_SHORT_ID + 1];
	const struct trial trial = {.id = planned->id,
				    .short_id = id,
				    .site = site->id,
				    .phase = planned->phase,
				    .fault = planned->fault,
				    .policy = planned->policy,
				    .represents = planned->represents,
				    .repetition = repetition_of(course, number),
				    .verdict = VERDICT_BROKEN,
				    .note = why};

	trial_short_id(planned->id, id);
	return finish_trial(course, &trial, err);
}

/* A warden that died may have been killed by a stranger: once more. */
enum { ATTEMPTS = 2 };

/* The warden is gone. May its trial be given to another? */
static bool
may_try_again(struct course *course, struct warden *warden, size_t number)
{
	warden_stop(warden);
	return ++*tally_of(&course->attempts, number) < ATTEMPTS;
}

static int
give(struct course *course, struct warden *warden, size_t number,
     struct err *err)
{
	struct err gone;

	do {
		if (!warden->keeper && warden_start(warden, &course->work, err))
			return -1;
		if (!warden_give(warden, number, &gone))
			return 0;
	} while (may_try_again(course, warden, number));
	return give_up_trial(course, number, gone.text, err);
}

static void
tell_lost(const struct course *course, const char *trial, const char *why)
{
	if (course->watcher->lost)
		course->watcher->lost(course->watcher->owner, trial, why);
}

static int
replace_warden(struct course *course, struct warden *warden, size_t number,
	       const char *why, struct err *err)
{
	const struct plan *plan = &course->campaign->plan;

	if (!may_try_again(course, warden, number))
		return give_up_trial(course, number, why, err);
	tell_lost(course, plan->items[number % plan->count].id, why);
	return give(course, warden, number, err);
}

/* Who loses does not come to its site, or waits for one that hangs. */
static bool
is_to_be_deferred(const struct course *course, const struct trial *trial)
{
	return (trial->verdict == VERDICT_NOT_REACHED ||
		trial->verdict == VERDICT_HUNG || trial->window_unknown) &&
	       !course->alone && course->warden_count > 1;
}

static void
defer(struct course *course, size_t number, const struct trial *trial)
{
	const struct plan *plan = &course->campaign->plan;
	const struct planned *planned = &plan->items[number % plan->count];
	const struct site *site =
		&course->campaign->golden.sites[planned->site].site;

	deferred_add(&course->deferred, number, planned, site->operation,
		     trial);
}

/* Had the log this trial already? */
static bool
is_finished(const struct course *course, size_t number)
{
	const struct plan *plan = &course->campaign->plan;

	return tally_get(&course->finished,
			 chronicle_key(plan->items[number % plan->count].id,
				       repetition_of(course, number)));
}

static size_t
count_finished(const struct course *course)
{
	size_t count = 0;

	for (size_t i = 0; course->finished.used && i < course->campaign->total;
	     i++)
		count += is_finished(course, i);
	return count;
}

/* The next trial that the log had not, campaign->total: there is none. */
static size_t
next_trial(struct course *course)
{
	while (course->next < course->campaign->total &&
	       is_finished(course, course->next))
		course->next++;
	return course->next;
}

static bool
is_busy(const struct course *course)
{
	for (size_t i = 0; i < course->warden_count; i++)
		if (course->wardens[i].trial >= 0)
			return true;
	return false;
}

/* What came of it the first time counts. */
static int
believe(struct course *course, const struct deferred_trial *item,
	struct err *err)
{
	struct trial trial = {0};
	int failed = trial_from_json(&trial, item->told, &trial.arena, err) ||
		     finish_trial(course, &trial, err);

	trial_free(&trial);
	return failed ? -1 : 0;
}

static int
feed_alone(struct course *course, struct warden *warden, struct err *err)
{
	const struct deferred_trial *item;

	if (is_busy(course))
		return 0;
	course->alone = true;
	while ((item = deferred_take(&course->deferred))) {
		if (!deferred_is_proven(&course->deferred, item))
			return give(course, warden, item->number, err);
		if (believe(course, item, err))
			return -1;
	}
	return 0;
}

static int
feed(struct course *course, struct warden *warden, struct err *err)
{
	size_t number = next_trial(course);

	if (warden->trial >= 0 || course->campaign->interrupted_by)
		return 0;
	if (number >= course->campaign->total)
		return feed_alone(course, warden, err);
	course->next++;
	return give(course, warden, number, err);
}

/* What it made is logged while it makes the next. */
static int
take_trial(struct course *course, struct warden *warden, size_t number,
	   const struct trial *trial, struct err *err)
{
	struct err ignored;

	if (is_to_be_deferred(course, trial)) {
		defer(course, number, trial);
		return 0;
	}
	if (course->alone)
		course->campaign->only_alone +=
			deferred_compare(&course->deferred, trial);
	if (feed(course, warden, err)) {
		(void)finish_trial(course, trial, &ignored);
		return -1;
	}
	return finish_trial(course, trial, err);
}

static int
take_answer(struct course *course, struct warden *warden, struct err *err)
{
	size_t number = (size_t)warden->trial;
	struct trial trial = {0};
	struct err trouble = {0};
	int taken = warden_take(warden, &trial, &trouble);
	int failed = 0;

	if (taken < 0)
		failed = replace_warden(course, warden, number, trouble.text,
					err);
	else if (taken == 0)
		failed = take_trial(course, warden, number, &trial, err);
	trial_free(&trial);
	return failed;
}

static int
check_warden(struct course *course, struct warden *warden, struct err *err)
{
	size_t number = (size_t)warden->trial;
	struct err stuck;

	if (warden->trial < 0 || !warden_is_stuck(warden, &stuck))
		return 0;
	warden_kill(warden);
	return replace_warden(course, warden, number, stuck.text, err);
}

static void
take_signals(struct course *course)
{
	int number;

	while ((number = interrupts_next(&course->interrupts)))
		if (number == SIGUSR1) {
			tell_tick(course, true);
		} else {
			course->campaign->interrupted_by = number;
			course->stops++;
		}
}

/* Wait for answers, signals or the tick, and take the signals. */
static int
await(struct course *course, struct pollfd *ready, size_t count,
      struct err *err)
{
	ready[count] =
		(struct pollfd) {.fd = course->interrupts.fd, .events = POLLIN};
	if (poll(ready, count + 1, TICK_MS) < 0) {
		if (errno != EINTR)
			return err_set(err, errno, "poll");
		for (size_t i = 0; i < count; i++)
			ready[i].revents = 0;
	}
	take_signals(course);
	tell_tick(course, false);
	return 0;
}

static int
await_answers(struct course *course, struct err *err)
{
	struct pollfd *ready = course->ready;

	for (size_t i = 0; i < course->warden_count; i++)
		ready[i] = (struct pollfd) {
			.fd = course->wardens[i].trial < 0
				      ? -1
				      : course->wardens[i].socket,
			.events = POLLIN};
	if (await(course, ready, course->warden_count, err))
		return -1;
	for (size_t i = 0; i < course->warden_count; i++)
		if (ready[i].revents
			    ? take_answer(course, &course->wardens[i], err)
			    : check_warden(course, &course->wardens[i], err))
			return -1;
	return 0;
}

static int
make_trials(struct course *course, struct err *err)
{
	while (!course->campaign->interrupted_by) {
		for (size_t i = 0; i < course->warden_count; i++)
			if (feed(course, &course->wardens[i], err))
				return -1;
		if (!is_busy(course))
			return 0;
		if (await_answers(course, err))
			return -1;
	}
	course->campaign->state = CAMPAIGN_STOPPED;
	return 0;
}

/* Those that are gone need nothing more. Returns whether others are left. */
static bool
are_left(struct warden *wardens, struct pollfd *ready, size_t count)
{
	bool left = false;

	for (size_t i = 0; i < count; i++) {
		if (warden_is_gone(&wardens[i]))
			warden_stop(&wardens[i]);
		ready[i] = (struct pollfd) {.fd = wardens[i].socket,
					    .events = POLLIN};
		left |= wardens[i].socket >= 0;
	}
	return left;
}

/*
 * All at once, in order if they have the time for it: who asks twice for the
 * end does not want to wait.
 */
static void
end_wardens(struct course *course, struct warden *wardens, struct pollfd *ready,
	    size_t count)
{
	const int64_t deadline = clock_deadline_ns(WARDEN_STOP_MS);
	struct err ignored;

	for (size_t i = 0; i < count; i++)
		warden_dismiss(&wardens[i]);
	while (are_left(wardens, ready, count) && course->stops < 2 &&
	       clock_left_ms(deadline) > 0 &&
	       !await(course, ready, count, &ignored))
		;
	for (size_t i = 0; i < count; i++)
		warden_kill(&wardens[i]);
	for (size_t i = 0; i < count; i++)
		warden_stop(&wardens[i]);
}

size_t
campaign_jobs(const struct campaign *campaign,
	      const struct campaign_settings *settings)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t jobs = settings->jobs;
	size_t trials = campaign->total;

	/* On the host names and keys are shared, too. */
	if (jobs == 0)
		jobs = campaign->sandboxed && processors > 0
			       ? (size_t)processors
			       : 1;
	if (campaign->common_path[0])
		jobs = 1;
	return jobs < trials ? jobs : trials;
}

static int
run_trials(struct course *course, struct err *err)
{
	int failed;

	course->work.limit_ms = limit_of(course);
	course->warden_count =
		campaign_jobs(course->campaign, course->settings);
	course->wardens =
		mem_alloc(course->warden_count * sizeof(*course->wardens));
	for (size_t i = 0; i < course->warden_count; i++)
		course->wardens[i] = WARDEN_NONE;
	course->ready =
		mem_alloc((course->warden_count + 1) * sizeof(*course->ready));
	failed = make_trials(course, err);
	end_wardens(course, course->wardens, course->ready,
		    course->warden_count);
	free(course->wardens);
	free(course->ready);
	return failed;
}

/* Then it is as good as gone. */
static bool
is_scout_stuck(const struct warden *scout, struct err *err)
{
	if (!warden_is_stuck(scout, err))
		return false;
	err->code = EPIPE;
	warden_kill(scout);
	return true;
}

/* The golden runs; a warden that dies at that is replaced once, too. */
static int
scout(struct course *course, struct err *err)
{
	struct campaign *campaign = course->campaign;
	struct pollfd ready[2] = {{.events = POLLIN}};
	struct warden scout;
	int failed = 0;

	if (warden_scout(&scout, &course->work, err))
		return -1;
	ready[0].fd = scout.socket;
	while (!failed && !ready[0].revents && !campaign->interrupted_by)
		failed = await(course, ready, 1, err) ||
			 is_scout_stuck(&scout, err);
	if (campaign->interrupted_by)
		campaign->state = CAMPAIGN_STOPPED;
	else if (!failed)
		failed = warden_take_golden(&scout, campaign, &campaign->state,
					    err);
	end_wardens(course, &scout, ready, 1);
	return failed ? -1 : 0;
}

static int
scout_until_it_lives(struct course *course, struct err *err)
{
	struct err lost = {0};

	for (int i = 1; i < ATTEMPTS; i++) {
		if (!scout(course, &lost))
			return 0;
		if (lost.code != EPIPE) {
			*err = lost;
			return -1;
		}
		tell_lost(course, NULL, lost.text);
	}
	return scout(course, err);
}

/* Who asks for more has mistyped it, and years have not so many moments. */
enum { TRIALS_MOST = 100 * 1000 * 1000 };

static int
count_trials(struct campaign *campaign, size_t repeat, struct err *err)
{
	const size_t count = campaign->plan.count;

	campaign->total = count * (repeat ? repeat : 1);
	if (!count || repeat <= TRIALS_MOST / count)
		return 0;
	return err_set(err, 0,
		       "%zu times %zu trials are too many: at most %d can be "
		       "made (remedy: a smaller --repeat)",
		       repeat, count, TRIALS_MOST);
}

/* Golden runs and plan. Returns 0 with the state set if there is no more to be
 * done than to tell it, 1 to go on. */
static int
prepare(struct course *course, struct err *err)
{
	struct campaign *campaign = course->campaign;
	const struct campaign_settings *settings = course->settings;

	campaign->state = CAMPAIGN_TROUBLE;
	if (check_view(campaign, err) || choose_place(campaign, settings, err))
		return -1;
	if (scout_until_it_lives(course, err))
		return -1;
	if (campaign->interrupted_by)
		return 0;
	if (golden_is_bad(&campaign->golden) && !settings->allow_leaky) {
		campaign->state = CAMPAIGN_BAD_GOLDEN;
		return 0;
	}
	if (plan_make(&campaign->plan, &campaign->golden, &settings->plan,
		      err) ||
	    count_trials(campaign, settings->repeat, err)) {
		campaign->state = CAMPAIGN_TROUBLE;
		return -1;
	}
	campaign->state =
		campaign->plan.count ? CAMPAIGN_DONE : CAMPAIGN_NO_SITES;
	return campaign->plan.count && !settings->list_only;
}

static int
follow(struct course *course, struct err *err)
{
	struct campaign *campaign = course->campaign;
	struct chronicle *chronicle = &course->chronicle;

	if (note_logged(course,
			chronicle_open(chronicle, campaign, course->settings,
				       &course->finished, err)))
		return -1;
	campaign->done = campaign->resumed = count_finished(course);
	if (course->watcher->planned)
		course->watcher->planned(course->watcher->owner, campaign);
	if (run_trials(course, err))
		return -1;
	return note_logged(course, chronicle_close(chronicle, campaign, err));
}

int
campaign_run(struct campaign *campaign,
	     const struct campaign_settings *settings,
	     const struct campaign_watcher *watcher, struct err *err)
{
	struct course course = {
		.campaign = campaign,
		.settings = settings,
		.watcher = watcher,
		.interrupts = INTERRUPTS_NONE,
		.chronicle = {.journal = JOURNAL_NONE},
		.work = {.settings = settings, .campaign = campaign}};
	int going;

	*campaign = (struct campaign) {0};
	going = interrupts_take(&course.interrupts, err)
			? -1
			: prepare(&course, err);
	if (going > 0)
		going = follow(&course, err);
	if (going < 0 && campaign->state == CAMPAIGN_DONE)
		campaign->state = CAMPAIGN_TROUBLE;
	chronicle_free(&course.chronicle);
	tally_free(&course.finished);
	deferred_free(&course.deferred);
	tally_free(&course.attempts);
	interrupts_give_back(&course.interrupts);
	return going < 0 ? -1 : 0;
}

void
campaign_free(struct campaign *campaign)
{
	plan_free(&campaign->plan);
	golden_free(&campaign->golden);
}

/* The one planned trial that the id means. */
static const struct planned *
find_planned(const struct plan *plan, const char *id, struct err *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		char short_id[TRIAL_SHORT_ID + 1];
		const struct trial trial = {.id = plan->items[i].id,
					    .short_id = short_id};

		trial_short_id(plan->items[i].id, short_id);
		if (trial_is_called(&trial, id))
			return &plan->items[i];
	}
	err_set(err, 0,
		"there is no trial '%s' in the plan; see 'ipcrash run "
		"--dry-run'",
		id);
	return NULL;
}

int
campaign_rerun(struct campaign *campaign,
	       const struct campaign_settings *settings,
	       const struct rerun_settings *rerun, struct trial *trial,
	       struct err *err)
{
	const struct campaign_watcher nobody = {0};
	struct course course = {.campaign = campaign,
				.settings = settings,
				.watcher = &nobody,
				/* ^C ends us, and so the warden. */
				.interrupts = INTERRUPTS_NONE,
				.work = {.settings = settings,
					 .campaign = campaign,
					 .rerun = rerun}};
	struct warden warden = WARDEN_NONE;
	const struct planned *planned;
	int going;

	*campaign = (struct campaign) {0};
	going = prepare(&course, err);
	if (going < 0 || campaign->state != CAMPAIGN_DONE)
		return going < 0 ? -1 : 0;
	planned = find_planned(&campaign->plan, rerun->id, err);
	if (!planned)
		return -1;
	course.work.limit_ms = rerun->gdb ? -1 : limit_of(&course);
	going = warden_start(&warden, &course.work, err) ||
		warden_give(&warden, (size_t)(planned - campaign->plan.items),
			    err) ||
		warden_await(&warden, trial, err);
	warden_stop(&warden);
	return going ? -1 : 0;
}
