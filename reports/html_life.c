/* SPDX-License-Identifier: MIT */
/*
 * html_life.c - an object's life beside that of the run without a fault, as a
 * drawing and as a list:
 *
 *	without a fault   o--|--|--|--|--|--o
 *	after SIGTERM     o--|--|--*  .  .  .   would have been
 *	                            ==========  left
 *
 * Ticks are the calls of the run without a fault about objects of the kind. Of
 * which of them a call is the log does not say.
 */
#include <string.h>

#include "reports/html_part.h"

enum {
	WIDTH = 640,
	START = 120,
	END = 585,
	GOLDEN_Y = 20,
	TRIAL_Y = 50,
	LEFT_Y = 62,
	HEIGHT = 76,
	TICK = 4,
	USES_MAX = 6, /* in the list, on each side of the fault */
};

/* Moments of the golden run, log_moment(). */
struct life {
	struct html *html;
	const struct log *log;
	const struct html_case *told;
	const struct leftover *left;
	const struct site *made;
	const struct site *removed; /* NULL: never, or not known */
	bool golden;		    /* the golden run made it, too */
	size_t first;
	size_t fault;
	size_t last;
};

static const struct campaign_object *
find_golden(const struct log *log, const char *created_at)
{
	for (size_t i = 0; i < log->object_count; i++)
		if (strcmp(log->objects[i].created_at, created_at) == 0)
			return &log->objects[i];
	return NULL;
}

/* False: the log does not have what is to be drawn. */
static bool
find_life(struct life *life)
{
	const struct trial *trial = life->told->trials[0];
	const char *created_at = life->left->created_at;
	const struct campaign_object *golden;

	if (!created_at || !life->told->site)
		return false;
	life->made = log_site(life->log, created_at);
	if (!life->made)
		return false;
	life->first = log_moment(life->log, created_at, PHASE_BEFORE);
	life->fault = log_moment(life->log, trial->site, trial->phase);
	golden = find_golden(life->log, created_at);
	life->golden = golden;
	life->last = life->log->site_count * 2;
	if (golden && golden->released_at) {
		life->removed = log_site(life->log, golden->released_at);
		life->last = log_moment(life->log, golden->released_at,
					PHASE_RETURN);
	}
	return life->last != SIZE_MAX && life->first <= life->last &&
	       life->first <= life->fault;
}

static int
x_of(const struct life *life, size_t moment)
{
	size_t end = life->last > life->fault ? life->last : life->fault;
	size_t length = end > life->first ? end - life->first : 1;

	return START + (int)((double)(moment - life->first) / (double)length *
			     (END - START));
}

static void
put_line(struct html *html, const char *class, int from, int to, int y)
{
	html_open(html, "path", class);
	html_attributef(html, "d", "M%d %dH%d", from, y, to);
	html_close(html);
}

static void
put_dot(struct html *html, const char *class, int x, int y)
{
	html_open(html, "circle", class);
	html_attributef(html, "cx", "%d", x);
	html_attributef(html, "cy", "%d", y);
	html_attribute(html, "r", "4");
	html_close(html);
}

static void
put_label(struct html *html, int x, int y, const char *class, const char *text)
{
	html_open(html, "text", class);
	html_attributef(html, "x", "%d", x);
	html_attributef(html, "y", "%d", y);
	html_text(html, text);
	html_close(html);
}

/* All in one path, and no two in one place. */
static void
put_ticks(const struct life *life, size_t end, int y)
{
	CLEANUP_BUF struct buf path = {0};
	int before = START;

	for (size_t at = life->first / 2 + 1;
	     at * 2 < end && at < life->log->site_count; at++) {
		int x = x_of(life, at * 2);

		if (life->log->sites[at].kind != life->made->kind ||
		    x < before + 3)
			continue;
		buf_printf(&path, "M%d %dv%d", x, y - TICK, 2 * TICK);
		before = x;
	}
	if (!path.length)
		return;
	html_open(life->html, "path", "tick");
	html_attribute(life->html, "d", buf_text(&path));
	html_close(life->html);
}

static void
put_golden(const struct life *life)
{
	struct html *html = life->html;
	int end = x_of(life, life->last);

	put_label(html, START - 12, GOLDEN_Y + 4, "who", "without a fault");
	put_line(html, "live", START, end, GOLDEN_Y);
	put_ticks(life, life->last, GOLDEN_Y);
	put_dot(html, "made", START, GOLDEN_Y);
	if (life->removed)
		put_dot(html, "gone", end, GOLDEN_Y);
	else
		put_label(html, end + 4, GOLDEN_Y + 4, "tail", "stays");
}

static void
put_bolt(struct html *html, int x, int y)
{
	html_open(html, "path", "bolt");
	html_attributef(html, "d", "M%d %dl-5 11h4l-2 9l8 -12h-4l3 -8z", x,
			y - 10);
	html_close(html);
}

/* "SIGINT SIGTERM", or how many if they are many. */
static void
add_faults(struct buf *into, const struct html_case *told)
{
	for (size_t i = 0; i < told->count; i++) {
		buf_add_text(into, i ? " " : "");
		fault_format(&told->trials[i]->fault, into);
	}
}

static void
put_trial(const struct life *life)
{
	struct html *html = life->html;
	int fault = x_of(life, life->fault);
	int end = x_of(life, life->last);
	CLEANUP_BUF struct buf who = {0};

	fault_format(&life->told->trials[0]->fault, &who);
	if (life->told->count > 1)
		buf_printf(&who, " +%zu", life->told->count - 1);
	put_label(html, START - 12, TRIAL_Y + 4, "who", buf_text(&who));
	put_line(html, "live", START, fault, TRIAL_Y);
	if (life->removed && end > fault) {
		put_line(html, "would", fault, end, TRIAL_Y);
		put_dot(html, "gone would", end, TRIAL_Y);
	}
	put_line(html, "left", fault, END + 16, LEFT_Y);
	put_label(html, END + 18, LEFT_Y + 3, "tail", "left");
	put_ticks(life, life->fault, TRIAL_Y);
	put_dot(html, "made", START, TRIAL_Y);
	put_bolt(html, fault, TRIAL_Y);
}

void
html_life(struct html *html, const struct html_case *told,
	  const struct leftover *left)
{
	struct life life = {
		.html = html, .log = html->log, .told = told, .left = left};

	if (!find_life(&life))
		return;
	html_open(html, "svg", "life");
	html_attributef(html, "viewBox", "0 0 %d %d", WIDTH, HEIGHT);
	html_attribute(html, "role", "img");
	html_attribute(html, "aria-label",
		       "life of the object with and without the fault; the "
		       "list below says the same");
	/* Without CSS these hold. */
	html_attribute(html, "fill", "none");
	html_attribute(html, "stroke", "currentColor");
	html_attributef(html, "width", "%d", WIDTH);
	html_attributef(html, "height", "%d", HEIGHT);
	if (life.golden)
		put_golden(&life);
	put_trial(&life);
	html_close(html);
	html_newline(html);
}

static void
put_site(struct html *html, const char *what, const struct site *site)
{
	html_put(html, "span", "what", what);
	html_text(html, " ");
	html_open(html, "code", NULL);
	html_bytes(html, site->operation);
	html_close(html);
	html_text(html, " in ");
	html_place_link(html, site_place(site));
}

/* The calls about objects of the kind in [@from, @to). */
static void
put_uses(const struct life *life, size_t from, size_t to)
{
	struct html *html = life->html;
	size_t count = 0;

	for (size_t at = from; at < to && at < life->log->site_count; at++) {
		const struct site *site = &life->log->sites[at];

		if (site->kind != life->made->kind || count++ >= USES_MAX)
			continue;
		html_open(html, "li", NULL);
		put_site(html, "call", site);
		html_close(html);
	}
	if (count > USES_MAX)
		html_putf(html, "li", "more", "and %zu more such calls",
			  count - USES_MAX);
}

static void
put_fault(struct html *html, const struct html_case *told)
{
	CLEANUP_BUF struct buf faults = {0};

	add_faults(&faults, told);
	html_open(html, "li", "bad");
	html_put(html, "span", "what", "fault");
	html_putf(html, "b", NULL, " %s", buf_text(&faults));
	html_text(html, ", ");
	html_point(html, told->trials[0]);
	html_close(html);
}

static void
put_handler(struct html *html, const struct frame *handler)
{
	if (!handler->function && !handler->module)
		return;
	html_open(html, "li", NULL);
	html_put(html, "span", "what", "handler");
	html_text(html, " ");
	html_place_link(html, handler);
	html_close(html);
}

static void
put_attempt(struct html *html, const struct attempt *attempt)
{
	html_open(html, "li", NULL);
	html_put(html, "span", "what", "release");
	html_text(html, " ");
	html_open(html, "code", NULL);
	html_bytes(html, attempt->operation);
	html_close(html);
	if (attempt->object) {
		html_text(html, " of ");
		html_bytes(html, attempt->object);
	}
	html_text(html, " at ");
	html_source_link(html, &attempt->place);
	if (attempt->error == 0)
		html_text(html, " worked");
	else if (attempt->error < 0)
		html_text(html, " did not return");
	else if (fault_error_name(attempt->error))
		html_textf(html, " failed: %s",
			   fault_error_name(attempt->error));
	else
		html_textf(html, " failed: errno %d", attempt->error);
	html_close(html);
}

static void
put_end(struct html *html, const struct trial *trial)
{
	CLEANUP_BUF struct buf text = {0};

	words_add_end(&text, trial);
	html_open(html, "li", NULL);
	html_put(html, "span", "what", "end");
	html_textf(html, " the program %s", buf_text(&text));
	html_close(html);
}

static void
put_would_have(const struct life *life)
{
	struct html *html = life->html;

	if (!life->removed || life->last <= life->fault)
		return;
	html_open(html, "li", "would");
	put_site(html, "without the fault: removed by", life->removed);
	html_close(html);
}

static void
put_left(struct html *html, const struct leftover *left)
{
	CLEANUP_BUF struct buf name = {0};

	object_add_name(&name, &left->object);
	html_open(html, "li", "bad");
	html_put(html, "span", "what", "left");
	html_putf(html, "b", NULL, " %s", buf_text(&name));
	html_close(html);
}

void
html_life_list(struct html *html, const struct html_case *told,
	       const struct leftover *left)
{
	struct life life = {
		.html = html, .log = html->log, .told = told, .left = left};
	const struct trial *trial = told->trials[0];
	bool known = left && find_life(&life);

	html_open(html, "ol", "steps");
	if (known) {
		html_open(html, "li", NULL);
		put_site(html, "made by", life.made);
		html_close(html);
		put_uses(&life, life.first / 2 + 1, life.fault / 2);
	}
	put_fault(html, told);
	put_handler(html, &trial->handler);
	for (size_t i = 0; i < trial->attempt_count; i++)
		put_attempt(html, &trial->attempts[i]);
	put_end(html, trial);
	if (known)
		put_would_have(&life);
	if (left)
		put_left(html, left);
	html_close(html);
	html_newline(html);
}
