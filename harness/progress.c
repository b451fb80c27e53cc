/* SPDX-License-Identifier: MIT */
/* progress.c - how far a campaign is. */
#include "harness/progress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/style.h"
#include "base/term.h"
#include "base/text.h"

enum {
	BAR_MIN = 10,
	BAR_MAX = 40,
	STATUS_WIDTH = 12,
	ESTIMATE_AFTER_S = 2,
	LINE_EVERY_S = 30,
	LINE_AFTER_S = 1, /* what is over sooner needs none */
	LINES = 10,	  /* one each tenth */
	REDRAW_NS = 100 * 1000 * 1000,
	WIDTH_DEFAULT = 80,
};

struct progress {
	FILE *out;
	bool is_bar;
	bool color;
	bool verbose;
	bool is_drawn;
	struct progress_state state;
	int64_t started_ns;
	int64_t drawn_ns;
	size_t tenths;	       /* told */
	progress_knows *knows; /* NULL: nothing is known */
	void *owner;	       /* of it */
};

int64_t
progress_left_ns(const struct progress_state *state)
{
	size_t made = state->done - state->resumed;

	if (made == 0 || state->done >= state->planned ||
	    state->elapsed_ns < ESTIMATE_AFTER_S * NS_PER_S)
		return -1;
	return (int64_t)((double)state->elapsed_ns / (double)made *
			 (double)(state->planned - state->done));
}

/* "  3 findings" or, with commas, ", 3 findings", of what there is. */
static void
add_counts(struct buf *into, const struct progress_state *state,
	   const char *between)
{
	if (state->findings) {
		buf_add_text(into, between);
		text_add_count(into, state->findings, "finding");
	}
	if (state->warnings) {
		buf_add_text(into, between);
		text_add_count(into, state->warnings, "warning");
	}
	if (state->unclear)
		buf_printf(into, "%s%zu unclear", between, state->unclear);
}

static void
add_time_left(struct buf *into, const struct progress_state *state)
{
	int64_t left_s = progress_left_ns(state) / NS_PER_S;

	if (progress_left_ns(state) < 0)
		return;
	buf_add_text(into, "  ETA ");
	if (left_s >= 3600)
		buf_printf(into, "%" PRId64 ":", left_s / 3600);
	buf_printf(into, left_s >= 3600 ? "%02" PRId64 : "%" PRId64,
		   left_s / 60 % 60);
	buf_printf(into, ":%02" PRId64, left_s % 60);
}

static void
add_gauge(struct buf *into, const struct progress_state *state, size_t width)
{
	size_t filled =
		state->planned ? width * state->done / state->planned : width;

	if (filled > width)
		filled = width;
	buf_add_text(into, "[");
	for (size_t i = 0; i < width; i++)
		buf_add_text(into, i < filled ? "=" : i == filled ? ">" : " ");
	buf_add_text(into, "]");
}

void
progress_add_bar(struct buf *into, const struct progress_state *state,
		 size_t width)
{
	CLEANUP_BUF struct buf tail = {0};
	static const char head[] = "Crashing ";
	const size_t fixed = strlen(head) + strlen("[]");
	size_t start = into->length;

	buf_printf(&tail, " %zu/%zu", state->done, state->planned);
	add_counts(&tail, state, "  ");
	add_time_left(&tail, state);
	buf_add_text(into, head);
	if (width >= fixed + BAR_MIN + tail.length) {
		size_t room = width - fixed - tail.length;

		add_gauge(into, state, room < BAR_MAX ? room : BAR_MAX);
	}
	buf_add_text(into, buf_text(&tail));
	if (into->length - start > width) {
		into->length = start + width;
		into->data[into->length] = '\0';
	}
}

void
progress_add_line(struct buf *into, const struct progress_state *state)
{
	size_t percent =
		state->planned ? state->done * 100 / state->planned : 100;
	int64_t left_ns = progress_left_ns(state);

	buf_printf(into, "[%3zu%%] %zu/%zu trials", percent, state->done,
		   state->planned);
	add_counts(into, state, ", ");
	if (left_ns >= 0)
		buf_printf(into, ", about %" PRId64 " s left",
			   (left_ns + NS_PER_S - 1) / NS_PER_S);
}

static enum style
style_of(const struct trial *trial)
{
	return trial_gates(trial, false) ? STYLE_BAD : STYLE_WARN;
}

void
progress_add_trial(struct buf *into, const struct trial *trial, bool color)
{
	const char *name = verdict_name(trial->verdict);
	enum style style = style_of(trial);

	buf_printf(into, "%*s%s", STATUS_WIDTH - (int)strlen(name), "",
		   style_on(color, style));
	for (; *name; name++) {
		char upper = *name >= 'a' && *name <= 'z'
				     ? (char)(*name - 'a' + 'A')
				     : *name;

		buf_add(into, &upper, 1);
	}
	buf_printf(into, "%s [%7.3fs] ", style_off(color, style),
		   (double)trial->duration_ns / (double)NS_PER_S);
	text_add_printable(into, trial->id, strlen(trial->id));
	if (trial->left_count) {
		buf_add_text(into, "  ");
		object_add_name(into, &trial_first_left(trial)->object);
	}
	if (trial_more_left(trial))
		buf_printf(into, " and %zu more", trial_more_left(trial));
	if (trial->note) {
		buf_add_text(into, "  ");
		text_add_printable(into, trial->note, strlen(trial->note));
	}
}

void
progress_add_header(struct buf *into, const struct campaign *campaign)
{
	buf_add_text(into, "ipcrash " VERSION "  ");
	text_add_count(into, campaign->golden.site_count, "site");
	buf_add_text(into, ", ");
	text_add_count(into, campaign->plan.points, "point");
	buf_add_text(into, ", ");
	text_add_count(into, campaign->plan.count, "trial");
	if (campaign->total > campaign->plan.count)
		buf_printf(into, " %zu times",
			   campaign->total / campaign->plan.count);
	if (campaign->resumed)
		buf_printf(into, " (%zu made before)", campaign->resumed);
	buf_printf(into, ", a plain run takes %.1f ms, %s",
		   (double)campaign->golden.duration_ns / 1e6,
		   campaign->sandboxed ? "in a sandbox" : "on the host");
	if (campaign->common_path[0])
		buf_printf(into, ", one at a time: all make %s",
			   campaign->common_path);
}

static void
hide_bar(struct progress *progress)
{
	if (progress->is_drawn)
		fputs("\r\033[K", progress->out);
	progress->is_drawn = false;
}

static void
show_bar(struct progress *progress)
{
	CLEANUP_BUF struct buf bar = {0};
	int width = term_width(progress->out, WIDTH_DEFAULT);

	/* The last column stays free: some terminals wrap there. */
	progress_add_bar(&bar, &progress->state, (size_t)width - 1);
	fprintf(progress->out, "\r%s\033[K", buf_text(&bar));
	fflush(progress->out);
	progress->is_drawn = true;
	progress->drawn_ns = clock_now_ns();
}

static void
say(struct progress *progress, const struct buf *text)
{
	hide_bar(progress);
	fprintf(progress->out, "%s\n", buf_text(text));
	if (progress->is_bar)
		show_bar(progress);
}

static void
say_state(struct progress *progress)
{
	CLEANUP_BUF struct buf line = {0};

	progress_add_line(&line, &progress->state);
	say(progress, &line);
	progress->drawn_ns = clock_now_ns();
}

/* Bring bar or lines up to date, but not more often than helps. */
static void
refresh(struct progress *progress)
{
	const struct progress_state *state = &progress->state;
	int64_t age_ns = clock_now_ns() - progress->drawn_ns;
	size_t tenths =
		state->planned ? state->done * LINES / state->planned : 0;

	if (progress->is_bar) {
		if (age_ns >= REDRAW_NS)
			show_bar(progress);
		return;
	}
	if (age_ns < LINE_AFTER_S * NS_PER_S ||
	    (tenths <= progress->tenths && age_ns < LINE_EVERY_S * NS_PER_S))
		return;
	progress->tenths = tenths;
	say_state(progress);
}

static void
take_state(struct progress *progress, const struct campaign *campaign)
{
	struct progress_state *state = &progress->state;

	state->planned = campaign->total;
	state->done = campaign->done;
	state->resumed = campaign->resumed;
	state->elapsed_ns = clock_now_ns() - progress->started_ns;
}

static void
on_planned(void *owner, const struct campaign *campaign)
{
	struct progress *progress = owner;
	CLEANUP_BUF struct buf header = {0};

	progress->started_ns = progress->drawn_ns = clock_now_ns();
	take_state(progress, campaign);
	progress_add_header(&header, campaign);
	say(progress, &header);
}

static bool
gates(const struct progress *progress, const struct trial *trial)
{
	return trial_gates(trial, false) &&
	       !(progress->knows && progress->knows(progress->owner, trial));
}

static void
count_trial(struct progress_state *state, const struct trial *trial,
	    bool fails_gate)
{
	enum verdict_weight weight = verdict_weight(trial->verdict);

	if (fails_gate)
		state->findings++;
	else if (weight == WEIGHT_GAP)
		state->unclear++;
	else if (weight != WEIGHT_PASS)
		state->warnings++;
}

/* A fault that cannot be made is told once, in the report. */
static bool
is_worth_a_line(const struct progress *progress, const struct trial *trial,
		bool fails_gate)
{
	if (verdict_weight(trial->verdict) == WEIGHT_PASS)
		return false;
	return progress->verbose || fails_gate ||
	       trial->verdict == VERDICT_BROKEN;
}

static void
on_trial(void *owner, const struct campaign *campaign,
	 const struct trial *trial)
{
	struct progress *progress = owner;
	bool fails_gate = gates(progress, trial);
	CLEANUP_BUF struct buf line = {0};

	take_state(progress, campaign);
	count_trial(&progress->state, trial, fails_gate);
	if (is_worth_a_line(progress, trial, fails_gate)) {
		progress_add_trial(&line, trial, progress->color);
		say(progress, &line);
	}
	refresh(progress);
}

static void
on_lost(void *owner, const char *trial, const char *why)
{
	struct progress *progress = owner;
	CLEANUP_BUF struct buf line = {0};

	buf_printf(&line, "%*s%s%s           ", STATUS_WIDTH - 5, "",
		   style_on(progress->color, STYLE_WARN), "AGAIN");
	buf_add_text(&line, style_off(progress->color, STYLE_WARN));
	if (trial)
		text_add_printable(&line, trial, strlen(trial));
	else
		buf_add_text(&line, "the run without a fault");
	buf_printf(&line, "  %s", why);
	say(progress, &line);
}

static void
say_no_plan(struct progress *progress)
{
	CLEANUP_BUF struct buf line = {0};

	buf_add_text(&line, "the run without a fault is not over");
	say(progress, &line);
}

static void
on_tick(void *owner, const struct campaign *campaign, bool asked)
{
	struct progress *progress = owner;

	if (progress->started_ns == 0) {
		if (asked)
			say_no_plan(progress);
		return;
	}
	take_state(progress, campaign);
	if (asked)
		say_state(progress);
	else
		refresh(progress);
}

struct campaign_watcher
progress_watcher(struct progress *progress)
{
	return (struct campaign_watcher) {.owner = progress,
					  .planned = on_planned,
					  .trial = on_trial,
					  .lost = on_lost,
					  .tick = on_tick};
}

void
progress_excuse(struct progress *progress, progress_knows *knows, void *owner)
{
	progress->knows = knows;
	progress->owner = owner;
}

struct progress *
progress_new(FILE *out, bool color, bool verbose)
{
	struct progress *progress = mem_zalloc(sizeof(*progress));
	const char *term = getenv("TERM");

	progress->out = out;
	progress->color = color;
	progress->verbose = verbose;
	progress->is_bar = isatty(fileno(out)) && term && *term &&
			   strcmp(term, "dumb") != 0;
	return progress;
}

void
progress_free(struct progress *progress)
{
	if (!progress)
		return;
	hide_bar(progress);
	fflush(progress->out);
	free(progress);
}

void
progress_free_ptr(struct progress **progress)
{
	progress_free(*progress);
	*progress = NULL;
}
