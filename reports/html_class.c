/* SPDX-License-Identifier: MIT */
/*
 * html_class.c - leak classes: each a block that opens, those for which the
 * gate fails open already and first.
 */
#include <stdint.h>

#include "reports/html_part.h"

enum { OPEN_MAX = 5 };

const struct known *
html_known(const struct html *html, const struct trial *trial)
{
	size_t index = log_index_of(html->log, trial);

	return index == SIZE_MAX ? NULL : html->classes->outcomes[index].known;
}

const char *
html_verdict_class(const struct html *html, const struct trial *trial)
{
	static const char *const classes[] = {
		[WEIGHT_PASS] = "ok",
		[WEIGHT_NOTE] = "warn",
		[WEIGHT_FINDING] = "bad",
		[WEIGHT_GAP] = "gap",
	};
	enum verdict_weight weight = verdict_weight(trial->verdict);

	if (weight == WEIGHT_FINDING &&
	    (trial->policy != POLICY_MUST_CLEAN || html_known(html, trial)))
		return "warn";
	return classes[weight];
}

/* "SIGTERM 3/6": at so many of its points; a link to the first. */
static void
put_fault(struct html *html, const struct class_fault *fault)
{
	CLEANUP_BUF struct buf name = {0};
	size_t shown = fault->leaks + fault->windows;
	const char *class = fault->gating ? "bad" : shown ? "warn" : "ok";
	bool linked = fault->first && html_cases_has(html, fault->first);

	fault_format(&fault->fault, &name);
	html_open(html, "li", class);
	if (linked) {
		html_open(html, "a", NULL);
		html_attributef(html, "href", "#t-%s", fault->first->short_id);
	}
	html_text(html, buf_text(&name));
	html_textf(html, " %zu/%zu", shown, fault->points);
	if (linked)
		html_close(html);
	html_close(html);
}

static void
put_faults(struct html *html, const struct leak_class *class)
{
	html_open(html, "ul", "faults");
	html_attribute(html, "aria-label",
		       "faults, and at how many of its points they leave it");
	for (size_t i = 0; i < class->fault_count; i++)
		put_fault(html, &class->faults[i]);
	html_close(html);
}

static void
put_class(struct html *html, const struct leak_class *class, bool open)
{
	CLEANUP_BUF struct buf subject = {0};
	CLEANUP_BLOCK struct block block = {.source = &html->source};

	block_add_subject(&subject, class);
	block_add_class(&block, class);
	html_open(html, "details", class->gating ? "class bad" : "class warn");
	html_attributef(html, "id", "k-%s", class->id);
	if (open)
		html_attribute(html, "open", "");
	html_open(html, "summary", NULL);
	html_put(html, "b", "tag",
		 class->gating	? verdict_name(class->verdict)
		 : class->known ? known_by_name(class->known->by)
				: "allowed");
	html_text(html, " ");
	html_put(html, "span", "subject", buf_text(&subject));
	html_text(html, " ");
	html_put(html, "code", "id", class->id);
	html_close(html);
	put_faults(html, class);
	html_block(html, &block);
	html_close(html);
	html_newline(html);
}

void
html_classes(struct html *html)
{
	const struct classes *classes = html->classes;

	html_open(html, "section", NULL);
	html_attribute(html, "id", "classes");
	html_put(html, "h2", NULL, "Leak classes");
	if (!classes->count)
		html_put(html, "p", "empty",
			 "Nothing was left after any fault.");
	for (size_t i = 0; i < classes->count; i++)
		put_class(html, &classes->items[i],
			  i < OPEN_MAX && classes->items[i].gating);
	html_close(html);
	html_newline(html);
}
