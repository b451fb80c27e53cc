/* SPDX-License-Identifier: MIT */
/* warden.c - the processes that hold sandboxes and make trials in them. */
#include "harness/warden.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/text.h"
#include "harness/golden_json.h"
#include "harness/keeper.h"
#include "harness/recorder.h"
#include "harness/trail.h"
#include "harness/trial_run.h"
#include "harness/wire.h"
#include "model/trial_json.h"

/* The golden run has no deadline to go by but this. */
enum { GOLDEN_LIMIT_MS = 60000 };

/* What a warden has of its own. */
struct post {
	const struct warden_work *work;
	struct trail *trail; /* shared with its keeper */
	int socket;
};

/* The life of a warden. Returns 0, or -1 with *err set. */
typedef int life(const struct post *post, struct err *err);

/* Keep nothing of the campaign's open but the standard files: the other ends
 * of other wardens' sockets would never be seen to close. */
static void
drop_descriptors(int keep)
{
	close_range(STDERR_FILENO + 1, (unsigned)keep - 1, 0);
	close_range((unsigned)keep + 1, ~0U, 0);
}

static int
take_post(struct post *post, struct err *err)
{
	post->trail = trail_new(err);
	return post->trail ? keeper_stay_behind(post->trail,
						post->work->campaign->sandboxed,
						post->socket, err)
			   : -1;
}

/* What it quotes may be no UTF-8. */
static json_t *
error_to_json(const struct err *err)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, err->text, strlen(err->text));
	return json_pack("{s:s,s:i}", "error", buf_text(&text), "code",
			 err->code);
}

static void NORETURN
be_warden(const struct warden_work *work, int socket, life *live)
{
	struct post post = {.work = work, .socket = socket};
	struct err err = {0};

	/* A ^C is for the campaign to handle; gdb(1) wants the terminal. */
	if (!work->rerun || !work->rerun->gdb)
		setpgid(0, 0);
	drop_descriptors(socket);
	if ((take_post(&post, &err) || live(&post, &err)) &&
	    err.code != EPIPE) {
		struct err ignored;

		wire_send(socket, error_to_json(&err), &ignored);
	}
	/* The campaign has flushed its files, and registers no hooks. */
	exit(0);
}

static int
start(struct warden *warden, const struct warden_work *work, life *live,
      struct err *err)
{
	int pair[2];

	*warden = WARDEN_NONE;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return err_set(err, errno, "making a socket pair");
	fflush(NULL);
	warden->keeper = fork();
	if (warden->keeper == 0)
		be_warden(work, pair[1], live);
	warden->socket = pair[0];
	close(pair[1]);
	if (warden->keeper > 0)
		return 0;
	err_set(err, errno, "starting a warden");
	warden_stop(warden);
	return -1;
}

static int
open_station(struct station *station, const struct post *post, struct err *err)
{
	const struct warden_work *work = post->work;
	const struct campaign_settings *settings = work->settings;
	const struct station_settings wanted = {
		.argv = settings->argv,
		.input = settings->input,
		.sandboxed = work->campaign->sandboxed,
		.every_call = settings->plan.points == POINTS_SYSCALLS,
		.debug = work->rerun && work->rerun->gdb,
		.settle_ms = settings->settle_ms,
		.control = post->socket,
		.trail = post->trail,
	};

	return station_open(station, &wanted, err);
}

static int
make_trial(struct range *range, const struct post *post, size_t number,
	   struct err *err)
{
	const struct plan *plan = &post->work->campaign->plan;
	struct trial trial = {0};
	int failed = trial_run(range, &plan->items[number % plan->count],
			       &trial, err);

	trial.repetition = (unsigned)(number / plan->count) + 1;
	if (!failed)
		failed = wire_send(post->socket, trial_to_json(&trial), err);
	trial_free(&trial);
	return failed;
}

static int
serve(struct range *range, const struct post *post, struct err *err)
{
	for (;;) {
		json_t *order = wire_receive(post->socket, err);
		size_t number;

		if (!order)
			return -1;
		number = (size_t)json_integer_value(
			json_object_get(order, "trial"));
		json_decref(order);
		if (make_trial(range, post, number, err))
			return -1;
	}
}

static int
live_as_warden(const struct post *post, struct err *err)
{
	const struct warden_work *work = post->work;
	struct station station;
	struct range range;
	int failed;

	if (open_station(&station, post, err)) {
		station_close(&station);
		return -1;
	}
	range_init(&range, &station, &work->campaign->golden);
	range.limit_ms = work->limit_ms;
	range.accept_golden = work->settings->allow_leaky;
	range.windows = !work->settings->no_window;
	range.trace = work->rerun ? work->rerun->trace : NULL;
	range.gdb = work->rerun && work->rerun->gdb;
	failed = serve(&range, post, err);
	range_free(&range);
	station_close(&station);
	return failed;
}

int
warden_start(struct warden *warden, const struct warden_work *work,
	     struct err *err)
{
	return start(warden, work, live_as_warden, err);
}

int
warden_give(struct warden *warden, size_t number, struct err *err)
{
	warden->trial = (ssize_t)number;
	return wire_send(warden->socket,
			 json_pack("{s:I}", "trial", (json_int_t)number), err);
}

/* An answer that tells of trouble instead. */
static int
check_answer(const json_t *answer, struct err *err)
{
	const char *text = json_string_value(json_object_get(answer, "error"));

	if (!text)
		return 0;
	err_set(err, 0, "%s", text);
	err->code = (int)json_integer_value(json_object_get(answer, "code"));
	return -1;
}

static json_t *
receive(const struct warden *warden, struct err *err)
{
	json_t *answer = wire_receive(warden->socket, err);

	if (!answer && err->code == EPIPE) {
		err_set(err, 0, "the process that made the run was killed");
		err->code = EPIPE;
	}
	return answer;
}

int
warden_take(struct warden *warden, struct trial *trial, struct err *err)
{
	json_t *answer = receive(warden, err);
	int failed = !answer || check_answer(answer, err) ||
		     trial_from_json(trial, answer, &trial->arena, err);

	json_decref(answer);
	warden->trial = -1;
	return failed ? -1 : 0;
}

/* Wait until nobody has the other end, whatever still comes. */
static void
await_close(int socket)
{
	char rest[4096];
	ssize_t got;

	do
		got = recv(socket, rest, sizeof(rest), 0);
	while (got > 0 || (got < 0 && errno == EINTR));
}

/*
 * Warden and keeper have the other end. That the keeper is dead would not say
 * that the warden is: somebody may have killed it.
 */
void
warden_stop(struct warden *warden)
{
	if (warden->socket >= 0) {
		shutdown(warden->socket, SHUT_WR);
		await_close(warden->socket);
		fd_close(&warden->socket);
	}
	while (warden->keeper > 0 && waitpid(warden->keeper, NULL, 0) < 0 &&
	       errno == EINTR)
		;
	*warden = WARDEN_NONE;
}

/* The scout. */

struct findings {
	struct golden golden;
	struct buf differs;
	struct buf common_path; /* printable */
	enum campaign_state state;
};

static const enum campaign_state states[] = {
	[TRACER_RUNS] = CAMPAIGN_TROUBLE,
	[TRACER_NOT_EXECUTED] = CAMPAIGN_NOT_STARTED,
	[TRACER_REFUSED] = CAMPAIGN_CANNOT_RUN,
	[TRACER_FAILED] = CAMPAIGN_TROUBLE,
};

static int
record(struct station *station, const struct warden_work *work,
       struct golden *golden, enum campaign_state *state, struct err *err)
{
	int64_t limit_ms = work->settings->timeout_ms
				   ? work->settings->timeout_ms
				   : GOLDEN_LIMIT_MS;
	enum tracer_start started = TRACER_FAILED;
	int failed = recorder_run(station, limit_ms, golden, &started, err);

	*state = states[started];
	return failed;
}

static void
compare(struct findings *findings, const struct golden *other)
{
	const char *path = golden_common_path(&findings->golden, other);

	golden_agree(&findings->golden, other, &findings->differs);
	findings->golden.cautions |= other->cautions;
	if (path)
		text_add_printable(&findings->common_path, path, strlen(path));
}

/* A run that goes wrong is not made again: once is enough to tell. */
static int
record_twice(struct station *station, const struct warden_work *work,
	     struct findings *findings, struct err *err)
{
	struct golden other = {0};
	int failed;

	if (record(station, work, &findings->golden, &findings->state, err))
		return -1;
	if (golden_is_bad(&findings->golden) && !work->settings->allow_leaky)
		return 0;
	failed = record(station, work, &other, &findings->state, err);
	if (!failed && golden_is_bad(&other) && !work->settings->allow_leaky) {
		golden_free(&findings->golden);
		findings->golden = other;
		return 0;
	}
	if (!failed)
		compare(findings, &other);
	golden_free(&other);
	return failed;
}

static json_t *
failure_to_json(const struct err *err, enum campaign_state state)
{
	json_t *json = error_to_json(err);

	json_object_set_new(json, "state", json_integer(state));
	return json;
}

static json_t *
findings_to_json(const struct findings *findings, const struct err *failed)
{
	if (failed)
		return failure_to_json(failed, findings->state);
	return json_pack("{s:o,s:s,s:s}", "golden",
			 golden_to_json(&findings->golden), "differs",
			 buf_text(&findings->differs), "common_path",
			 buf_text(&findings->common_path));
}

static int
live_as_scout(const struct post *post, struct err *err)
{
	struct findings findings = {.state = CAMPAIGN_CANNOT_RUN};
	struct station station;
	int failed = open_station(&station, post, err);

	if (!failed)
		failed = record_twice(&station, post->work, &findings, err);
	station_close(&station);
	failed = wire_send(post->socket,
			   findings_to_json(&findings, failed ? err : NULL),
			   err);
	golden_free(&findings.golden);
	buf_free(&findings.differs);
	buf_free(&findings.common_path);
	return failed;
}

int
warden_scout(struct warden *scout, const struct warden_work *work,
	     struct err *err)
{
	return start(scout, work, live_as_scout, err);
}

/* Leaves @into as it is when there is no such text. */
static void
read_text(const json_t *answer, const char *name, char *into, size_t bytes)
{
	const char *text = json_string_value(json_object_get(answer, name));

	if (text)
		snprintf(into, bytes, "%s", text);
}

static int
read_golden(const json_t *answer, struct campaign *campaign,
	    enum campaign_state *state, struct err *err)
{
	if (check_answer(answer, err)) {
		*state = (enum campaign_state)json_integer_value(
			json_object_get(answer, "state"));
		return -1;
	}
	read_text(answer, "differs", campaign->differs,
		  sizeof(campaign->differs));
	read_text(answer, "common_path", campaign->common_path,
		  sizeof(campaign->common_path));
	return golden_from_json(&campaign->golden,
				json_object_get(answer, "golden"), err);
}

int
warden_take_golden(struct warden *scout, struct campaign *campaign,
		   enum campaign_state *state, struct err *err)
{
	json_t *answer = receive(scout, err);
	int failed;

	*state = CAMPAIGN_TROUBLE;
	failed = !answer || read_golden(answer, campaign, state, err);
	json_decref(answer);
	return failed ? -1 : 0;
}
