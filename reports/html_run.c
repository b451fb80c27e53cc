/* SPDX-License-Identifier: MIT */
/* html_run.c - how the campaign was made: a table of what its log says. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "reports/html_part.h"

static void
put(struct html *html, const char *label, const char *text)
{
	html_put(html, "dt", NULL, label);
	html_put(html, "dd", NULL, text);
}

static void
put_bytes(struct html *html, const char *label, const char *bytes)
{
	if (!bytes)
		return;
	html_put(html, "dt", NULL, label);
	html_open(html, "dd", NULL);
	html_open(html, "code", NULL);
	html_bytes(html, bytes);
	html_close(html);
	html_close(html);
}

static void
put_list(struct html *html, const char *label, const struct record_texts *texts)
{
	if (!texts->count)
		return;
	html_put(html, "dt", NULL, label);
	html_open(html, "dd", NULL);
	for (size_t i = 0; i < texts->count; i++) {
		html_text(html, i ? " " : "");
		html_open(html, "code", NULL);
		html_bytes(html, texts->items[i]);
		html_close(html);
	}
	html_close(html);
}

static void
put_number(struct html *html, const char *label, int64_t number)
{
	if (!number)
		return;
	html_put(html, "dt", NULL, label);
	html_putf(html, "dd", NULL, "%" PRId64, number);
}

static void
put_ms(struct html *html, const char *label, int64_t ns)
{
	if (!ns)
		return;
	html_put(html, "dt", NULL, label);
	html_putf(html, "dd", NULL, "%.1f ms", (double)ns / NS_PER_MS);
}

/* The only date of the page is that of the log. */
static void
put_started(struct html *html, int64_t started)
{
	time_t seconds = started;
	struct tm date;
	char text[32];

	if (!started || !gmtime_r(&seconds, &date) ||
	    !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &date))
		return;
	put(html, "started", text);
}

static void
put_options(struct html *html, const struct campaign_options *options)
{
	put_bytes(html, "--points", options->points);
	put_list(html, "--faults", &options->faults);
	put_list(html, "--only", &options->only);
	put_list(html, "--skip", &options->skip);
	put_list(html, "--require", &options->require);
	put_list(html, "--allow", &options->allow);
	put_bytes(html, "--input", options->input);
	put_bytes(html, "--stop", options->stop);
	put_number(html, "--timeout, ms", options->timeout_ms);
	put_number(html, "--settle, ms", options->settle_ms);
	put_number(html, "--idle, ms", options->stop ? options->idle_ms : 0);
	put_number(html, "--max-trials", options->max_trials);
	put_number(html, "--repeat", options->repeat);
	put_number(html, "--equal", options->repeat_equal);
	if (options->allow_leaky)
		put(html, "--allow-leaky-baseline", "yes");
	if (options->no_window)
		put(html, "--no-window", "yes");
	if (options->strict)
		put(html, "--strict", "yes");
}

static void
put_plan(struct html *html, const struct campaign_plan *plan)
{
	put_ms(html, "run without a fault", plan->golden_ns);
	put_number(html, "points", plan->points);
	put_number(html, "trials planned", plan->trials);
	put_number(html, "left aside by --only, --skip", plan->unpicked);
	put_number(html, "left out by --max-trials", plan->left_out);
	put_number(html, "exit not tried inside libc", plan->in_library);
}

/* Trials that did not come to the same each time. */
static void
put_unsteady(struct html *html)
{
	const struct log *log = html->log;
	size_t counts[VERDICT_COUNT];

	for (size_t i = 0; i < log->trial_count; i++) {
		CLEANUP_BUF struct buf runs = {0};

		if (trial_count_verdicts(&log->trials[i], counts) < 2)
			continue;
		words_add_runs(&runs, &log->trials[i]);
		html_put(html, "dt", NULL, "unsteady");
		html_open(html, "dd", NULL);
		html_open(html, "code", NULL);
		html_bytes(html, log->trials[i].id);
		html_close(html);
		html_textf(html, " %s", buf_text(&runs));
		html_close(html);
	}
}

void
html_run(struct html *html)
{
	const struct campaign_record *record = &html->log->campaign;
	CLEANUP_BUF struct buf command = {0};

	words_add_command(&command, &record->target);
	html_open(html, "section", NULL);
	html_attribute(html, "id", "run");
	html_put(html, "h2", NULL, "How it was made");
	html_open(html, "dl", NULL);
	html_put(html, "dt", NULL, "command");
	html_open(html, "dd", NULL);
	html_put(html, "code", NULL, buf_text(&command));
	html_close(html);
	put_bytes(html, "directory", record->directory);
	put_bytes(html, "tool", record->tool);
	put_started(html, record->started);
	put(html, "where", record->sandboxed ? "in a sandbox" : "on the host");
	put_list(html, "must be clean after", &record->must_clean);
	put_list(html, "may leak after", &record->may_leak);
	put_plan(html, &record->plan);
	put_options(html, &record->options);
	put_unsteady(html);
	html_close(html);
	html_close(html);
	html_newline(html);
}
