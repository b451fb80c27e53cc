/* SPDX-License-Identifier: MIT */
/*
 * html_cases.c - which trials the page tells in detail: all that are not clean,
 * but no more than a browser opens at once, and those of one point that came to
 * the same, mostly after signals of one kind, in one place.
 *
 *	first those that show best why the gate fails, then the others that make
 *	it fail, then what is allowed or says nothing; each in program order
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/html_part.h"

enum { CASES_MAX = 250 };

/* All that is told of a trial but its fault and how the program ended. */
static void
add_outcome(struct buf *into, const struct trial *trial)
{
	buf_printf(into, "%d %d %u %d\n", (int)trial->verdict,
		   (int)trial->policy, trial->window_instructions,
		   trial->window_unknown);
	block_add_why(into, trial, trial_first_left(trial));
	words_add_runs(into, trial);
	buf_printf(into, "\n%s\n%s\n", trial->note ? trial->note : "",
		   trial->output ? trial->output : "");
	for (size_t i = 0; i < trial->left_count; i++) {
		const struct leftover *left = &trial->left[i];

		/* Not its id or key: those are new in each run. */
		buf_printf(into, "%s %s %d %d\n", kind_name(left->object.kind),
			   left->created_at ? left->created_at : "", left->held,
			   left->expected);
	}
	for (size_t i = 0; i < trial->survivor_count; i++)
		if (trial->survivors[i].command)
			buf_printf(into, "%s\n", trial->survivors[i].command);
}

static bool
is_of_one_point(const struct trial *a, const struct trial *b)
{
	return a->phase == b->phase && strcmp(a->site, b->site) == 0;
}

static bool
is_told_with(const struct trial *a, const struct trial *b)
{
	CLEANUP_BUF struct buf outcome_a = {0};
	CLEANUP_BUF struct buf outcome_b = {0};

	if (!is_of_one_point(a, b) || a->verdict != b->verdict)
		return false;
	add_outcome(&outcome_a, a);
	add_outcome(&outcome_b, b);
	return strcmp(buf_text(&outcome_a), buf_text(&outcome_b)) == 0;
}

static void
add_case(struct html_cases *cases, const struct log *log, size_t index)
{
	const struct trial *trial = &log->trials[index];
	struct html_case *told = &cases->items[cases->count++];

	*told = (struct html_case) {
		.trials = cases->trials + cases->trial_count,
		.site = log_site(log, trial->site),
	};
	for (size_t i = index;
	     i < log->trial_count && is_of_one_point(trial, &log->trials[i]);
	     i++) {
		if (cases->of[i] || !is_told_with(trial, &log->trials[i]))
			continue;
		cases->of[i] = told;
		cases->trials[cases->trial_count++] = &log->trials[i];
		told->count++;
	}
}

static void
tell(struct html_case *told, size_t *room)
{
	if (!told || told->told || *room == 0)
		return;
	told->told = true;
	--*room;
}

static void
tell_examples(struct html_cases *cases, const struct log *log,
	      const struct classes *classes, size_t *room)
{
	for (size_t i = 0; i < classes->count; i++) {
		const struct leak_class *class = &classes->items[i];

		for (size_t j = 0; j < class->fault_count; j++)
			if (class->faults[j].first)
				tell(cases->of[log_index_of(
					     log, class->faults[j].first)],
				     room);
	}
}

static void
choose(struct html_cases *cases, const struct log *log,
       const struct classes *classes)
{
	size_t room = CASES_MAX;

	tell_examples(cases, log, classes, &room);
	for (size_t i = 0; i < cases->count; i++)
		if (classes->outcomes[log_index_of(log,
						   cases->items[i].trials[0])]
			    .gating)
			tell(&cases->items[i], &room);
	for (size_t i = 0; i < cases->count; i++)
		tell(&cases->items[i], &room);
	for (size_t i = 0; i < cases->count; i++)
		if (!cases->items[i].told)
			cases->left_out += cases->items[i].count;
}

void
html_cases_make(struct html_cases *cases, const struct log *log,
		const struct classes *classes)
{
	*cases = (struct html_cases) {0};
	cases->items = mem_alloc(log->trial_count * sizeof(*cases->items));
	cases->trials = mem_alloc(log->trial_count * sizeof(*cases->trials));
	cases->of = mem_zalloc(log->trial_count * sizeof(*cases->of));
	for (size_t i = 0; i < log->trial_count; i++)
		if (log->trials[i].verdict != VERDICT_CLEAN && !cases->of[i])
			add_case(cases, log, i);
	choose(cases, log, classes);
}

void
html_cases_free(struct html_cases *cases)
{
	free(cases->items);
	free(cases->trials);
	free(cases->of);
	*cases = (struct html_cases) {0};
}

bool
html_cases_has(const struct html *html, const struct trial *trial)
{
	const struct html_case *told =
		html->cases.of[log_index_of(html->log, trial)];

	return told && told->told;
}
