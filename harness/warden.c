/* SPDX-License-Identifier: MIT */
/* warden.c - the processes that hold sandboxes and make trials in them. */
#include "harness/warden.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
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

/* The rest of a message follows its begin. */
enum { MESSAGE_S = 10 };

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

static void
limit_receiving(int socket)
{
	const struct timeval limit = {.tv_sec = MESSAGE_S};

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
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
	limit_receiving(pair[0]);
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
		.stop_signal = settings->stop_signal,
		.idle_ms = settings->idle_ms,
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

/* A sign of life. */
static int
tell_again(void *owner, struct err *err)
{
	const struct post *post = owner;

	return wire_send(post->socket, json_pack("{s:b}", "again", 1), err);
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
	range.again = tell_again;
	range.owner = (void *)post;
	failed = serve(&range, post, err);
	range_free(&range);
	station_close(&station);
	return failed;
}

int
warden_start(struct warden *warden, const struct warden_work *work,
	     struct err *err)
{
	if (start(warden, work, live_as_warden, err))
		return -1;
	warden->patience_ms =
		station_longest_ms(work->limit_ms, work->settings->settle_ms);
	return 0;
}

int
warden_give(struct warden *warden, size_t number, struct err *err)
{
	warden->trial = (ssize_t)number;
	warden->deadline_ns = clock_deadline_ns(warden->patience_ms);
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
	int failed;

	if (json_object_get(answer, "again")) {
		json_decref(answer);
		warden->deadline_ns = clock_deadline_ns(warden->patience_ms);
		return 1;
	}
	failed = !answer || check_answer(answer, err) ||
		 trial_from_json(trial, answer, &trial->arena, err);
	json_decref(answer);
	warden->trial = -1;
	return failed ? -1 : 0;
}

/* Is there something to read, or the end, before @deadline_ns? */
static bool
has_input(const struct warden *warden, int64_t deadline_ns)
{
	struct pollfd input = {.fd = warden->socket, .events = POLLIN};

	while (poll(&input, 1, clock_left_ms(deadline_ns)) < 0 &&
	       errno == EINTR)
		;
	return input.revents;
}

/* We may have been stopped ourselves, and an answer wait for us. */
bool
warden_is_stuck(const struct warden *warden, struct err *err)
{
	if (clock_left_ms(warden->deadline_ns) != 0 || has_input(warden, 0))
		return false;
	err_set(err, 0,
		"the process that made the run did not answer within %.1f s "
		"and was killed",
		(double)warden->patience_ms / 1000);
	return true;
}

int
warden_await(struct warden *warden, struct trial *trial, struct err *err)
{
	int taken;

	do {
		if (!has_input(warden, warden->deadline_ns) &&
		    warden_is_stuck(warden, err)) {
			warden_kill(warden);
			return -1;
		}
		taken = warden_take(warden, trial, err);
	} while (taken > 0);
	return taken;
}

/* Its keeper may be stopped, too. */
static void
signal_keeper(const struct warden *warden, int number)
{
	if (warden->keeper <= 0)
		return;
	kill(warden->keeper, number);
	kill(warden->keeper, SIGCONT);
}

void
warden_dismiss(const struct warden *warden)
{
	if (warden->socket >= 0)
		shutdown(warden->socket, SHUT_WR);
	signal_keeper(warden, SIGCONT);
}

void
warden_kill(const struct warden *warden)
{
	signal_keeper(warden, SIGTERM);
}

/* Has nobody the other end any more? What still comes is passed over. */
bool
warden_is_gone(const struct warden *warden)
{
	char rest[4096];
	ssize_t got;

	if (warden->socket < 0)
		return true;
	do
		got = recv(warden->socket, rest, sizeof(rest), MSG_DONTWAIT);
	while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0 || errno != EAGAIN;
}

static bool
is_gone_before(const struct warden *warden, int64_t limit_ms)
{
	const int64_t deadline = clock_deadline_ns(limit_ms);

	while (!warden_is_gone(warden))
		if (!has_input(warden, deadline))
			return false;
	return true;
}

/* The keeper cannot do it. Where gdb(1) wants the terminal they are of our own
 * group. */
static void
force(const struct warden *warden)
{
	if (getpgid(warden->keeper) == warden->keeper)
		kill(-warden->keeper, SIGKILL);
	kill(warden->keeper, SIGKILL);
}

/*
 * Warden and keeper have the other end. That the keeper is dead would not say
 * that the warden is: somebody may have killed it.
 */
void
warden_stop(struct warden *warden)
{
	static void (*const ways[])(const struct warden *warden) = {
		warden_dismiss, warden_kill, force};
	bool gone = warden->socket < 0;

	for (size_t i = 0; i < ARRAY_LEN(ways) && !gone; i++) {
		ways[i](warden);
		gone = is_gone_before(warden, WARDEN_STOP_MS);
	}
	fd_close(&warden->socket);
	if (warden->keeper > 0)
		child_wait(warden->keeper, NULL, gone ? 0 : WNOHANG);
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

static int64_t
golden_limit_ms(const struct warden_work *work)
{
	return work->settings->timeout_ms ? work->settings->timeout_ms
					  : GOLDEN_LIMIT_MS;
}

static int
record(struct station *station, const struct warden_work *work,
       struct golden *golden, enum campaign_state *state, struct err *err)
{
	enum tracer_start started = TRACER_FAILED;
	int failed = recorder_run(station, golden_limit_ms(work), golden,
				  &started, err);

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
	if (start(scout, work, live_as_scout, err))
		return -1;
	/* It makes two. */
	scout->patience_ms = 2 * station_longest_ms(golden_limit_ms(work),
						    work->settings->settle_ms);
	scout->deadline_ns = clock_deadline_ns(scout->patience_ms);
	return 0;
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
