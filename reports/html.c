/* SPDX-License-Identifier: MIT */
/*
 * html.c - the page: head, gate, notes, and the sections that other files make.
 * What the program under test has to say, names and output, is hostile: it is
 * made printable, escaped, and no attribute has it. A policy of the page's own
 * runs its one script and loads nothing.
 */
#include "reports/html.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "reports/html_part.h"
#include "reports/notes.h"

static const struct {
	const char *class;
	const char *word;
} gates[] = {
	[GATE_PASSED] = {"gate ok", "PASSED"},
	[GATE_FAILED] = {"gate bad", "FAILED"},
	[GATE_INCOMPLETE] = {"gate warn", "INCOMPLETE"},
};

static void
put_meta(struct html *html, const char *name, const char *content)
{
	html_open_void(html, "meta");
	html_attribute(html, "name", name);
	html_attribute(html, "content", content);
	html_close_void(html);
	html_newline(html);
}

static void
put_policy(struct html *html)
{
	html_open_void(html, "meta");
	html_attribute(html, "http-equiv", "Content-Security-Policy");
	html_attributef(html, "content",
			"default-src 'none'; base-uri 'none'; "
			"form-action 'none'; style-src 'self' %s; "
			"script-src %s",
			html_style.hash, html_script.hash);
	html_close_void(html);
	html_newline(html);
}

static void
put_asset(struct html *html, const char *tag, const struct html_asset *asset)
{
	html_open(html, tag, NULL);
	html_raw(html, asset->start, (size_t)(asset->end - asset->start));
	html_close(html);
	html_newline(html);
}

static void
put_stylesheet(struct html *html)
{
	html_open_void(html, "link");
	html_attribute(html, "rel", "stylesheet");
	html_attribute(html, "href", HTML_STYLE);
	html_close_void(html);
	html_newline(html);
}

static void
put_head(struct html *html)
{
	enum gate gate = classes_gate(html->classes, html->log);
	CLEANUP_BUF struct buf title = {0};

	words_add_command(&title, &html->log->campaign.target);
	html_open(html, "head", NULL);
	html_newline(html);
	html_open_void(html, "meta");
	html_attribute(html, "charset", "utf-8");
	html_close_void(html);
	html_newline(html);
	put_policy(html);
	put_meta(html, "viewport", "width=device-width, initial-scale=1");
	put_meta(html, "color-scheme", "light dark");
	put_meta(html, "referrer", "no-referrer");
	html_putf(html, "title", NULL, "%s: %s - ipcrash", gates[gate].word,
		  buf_text(&title));
	put_stylesheet(html);
	put_asset(html, "style", &html_style);
	html_close(html);
	html_newline(html);
}

/* "2 findings, 1 warning" */
static void
put_finding_count(struct html *html)
{
	const struct classes *classes = html->classes;
	size_t warnings = classes->count - classes->gating;
	CLEANUP_BUF struct buf text = {0};

	text_add_count(&text, classes->gating, "finding");
	if (warnings) {
		buf_add_text(&text, ", ");
		text_add_count(&text, warnings, "warning");
	}
	html_textf(html, " %s", buf_text(&text));
}

/* The script makes buttons of them. */
static void
put_counts(struct html *html)
{
	const struct classes *classes = html->classes;

	html_open(html, "ul", "counts");
	html_attribute(html, "id", "counts");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (!classes->verdicts[i])
			continue;
		html_open(html, "li", NULL);
		html_attribute(html, "data-v", verdict_name((enum verdict)i));
		html_putf(html, "b", NULL, "%" PRId64, classes->verdicts[i]);
		html_textf(html, " %s", verdict_name((enum verdict)i));
		if (classes->allowed[i])
			html_textf(html, " (%" PRId64 " allowed)",
				   classes->allowed[i]);
		html_close(html);
	}
	html_close(html);
	html_newline(html);
}

static void
put_facts(struct html *html)
{
	const struct log *log = html->log;
	CLEANUP_BUF struct buf text = {0};

	text_add_count(&text, log->trial_count, "trial");
	buf_add_text(&text, " at ");
	text_add_count(&text, log->site_count, "site");
	buf_add_text(&text, log->campaign.sandboxed ? ", in a sandbox"
						    : ", on the host");
	if (log->has_summary)
		buf_printf(&text, ", %.1f s",
			   (double)log->summary.duration_ns / NS_PER_S);
	html_put(html, "p", "facts", buf_text(&text));
}

static void
put_notes(struct html *html)
{
	CLEANUP_BLOCK struct block notes = {.source = &html->source};

	notes_add(&notes);
	if (!notes.count)
		return;
	html_open(html, "ul", "notes");
	html_attribute(html, "aria-label", "notes");
	for (size_t i = 0; i < notes.count; i++)
		html_put(html, "li", NULL, notes.lines[i].text);
	html_close(html);
	html_newline(html);
}

static void
put_navigation(struct html *html)
{
	const struct {
		const char *href;
		const char *name;
		bool is_there;
	} places[] = {
		{"#classes", "Leak classes", true},
		{"#matrix", "Points and faults", true},
		{"#trials", "Trials", html->cases.count > 0},
		{"#source", "Source", html_lines_any(&html->lines)},
		{"#run", "How it was made", true},
	};

	html_open(html, "nav", NULL);
	html_attribute(html, "aria-label", "sections");
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (!places[i].is_there)
			continue;
		html_open(html, "a", NULL);
		html_attribute(html, "href", places[i].href);
		html_text(html, places[i].name);
		html_close(html);
		html_text(html, " ");
	}
	html_close(html);
	html_newline(html);
}

static void
put_header(struct html *html)
{
	enum gate gate = classes_gate(html->classes, html->log);
	CLEANUP_BUF struct buf command = {0};

	words_add_command(&command, &html->log->campaign.target);
	html_open(html, "header", NULL);
	html_open(html, "h1", NULL);
	html_put(html, "span", gates[gate].class, gates[gate].word);
	html_text(html, " ");
	html_put(html, "code", NULL, buf_text(&command));
	html_close(html);
	html_open(html, "p", NULL);
	html_put(html, "strong", NULL, "ipcrash:");
	put_finding_count(html);
	html_close(html);
	put_counts(html);
	put_facts(html);
	put_notes(html);
	put_navigation(html);
	html_close(html);
	html_newline(html);
}

static void
put_body(struct html *html)
{
	html_open(html, "body", NULL);
	html_newline(html);
	put_header(html);
	html_open(html, "main", NULL);
	html_classes(html);
	html_matrix(html);
	html_trials(html);
	html_source(html);
	html_run(html);
	html_close(html);
	html_newline(html);
	html_data(html);
	put_asset(html, "script", &html_script);
	html_close(html);
	html_newline(html);
}

static void
put_page(struct html *html)
{
	html_raw(html, "<!DOCTYPE html>\n", 16);
	html_open(html, "html", NULL);
	html_attribute(html, "lang", "en");
	html_newline(html);
	put_head(html);
	put_body(html);
	html_close(html);
	html_newline(html);
}

/* Whether it took all is for the caller to see; libxml2 would print it. */
static int
write_bytes(void *out, const char *bytes, int length)
{
	fwrite(bytes, 1, (size_t)length, out);
	return length;
}

/* The output goes with the writer. */
static xmlTextWriterPtr
new_writer(FILE *out)
{
	xmlOutputBufferPtr output =
		xmlOutputBufferCreateIO(write_bytes, NULL, out, NULL);
	xmlTextWriterPtr writer = output ? xmlNewTextWriter(output) : NULL;

	if (output && !writer)
		xmlOutputBufferClose(output);
	return writer;
}

static int
write_page(struct html *html, FILE *out)
{
	html->writer = new_writer(out);
	if (!html->writer)
		return -1;
	put_page(html);
	if (xmlTextWriterFlush(html->writer) < 0)
		html->failed = true;
	xmlFreeTextWriter(html->writer);
	return html->failed ? -1 : 0;
}

int
report_html(const struct report *report, FILE *out, struct err *err)
{
	struct html html = {.log = report->source->log,
			    .classes = report->source->classes,
			    .source = *report->source};
	int failed;

	html.source.whole = true;
	grid_make(&html.grid, html.log, html.classes);
	html_columns_make(&html.columns, &html.grid);
	html_cases_make(&html.cases, html.log, html.classes);
	html_lines_make(&html.lines, html.log, html.classes);
	failed = write_page(&html, out);
	html_lines_free(&html.lines);
	html_cases_free(&html.cases);
	html_columns_free(&html.columns);
	grid_free(&html.grid);
	return failed ? err_set(err, 0, "libxml2 could not make the page") : 0;
}
