/* SPDX-License-Identifier: MIT */
/*
 * block_why.c - why the cleanup missed an object, as far as the trace shows.
 *
 *	what the program had made of the fault (a handler, nothing, ...);
 *	what it then did about the object, and with which result
 */
#include <assert.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/attr.h"
#include "base/text.h"
#include "reports/block.h"
#include "reports/words.h"

/* As many are shown; more than are kept are not told apart. */
enum { REASONS_MAX = 3, REASONS_KEPT = 32 };

static bool
has_handler(const struct trial *trial)
{
	return trial->handler.function || trial->handler.module;
}

static void
add_handler(struct buf *into, const struct trial *trial)
{
	const struct frame *handler = &trial->handler;

	if (!has_handler(trial)) {
		buf_add_text(into, "there is a handler, but it did not run");
		return;
	}
	buf_add_text(into, "handler ");
	words_add_place(into, handler);
	buf_add_text(into, " ran");
}

static bool
was_ended_by_it(const struct trial *trial)
{
	return WIFSIGNALED(trial->status) &&
	       WTERMSIG(trial->status) == trial->fault.number;
}

/* Was it a process that the first one, or another, has made? Roles: "0.1". */
static bool
hit_another_process(const struct trial *trial)
{
	return memchr(trial->site, '.', site_role_length(trial->site));
}

/* signal(7), "Standard signals": Ign, Cont and Stop. */
static bool
ends_by_default(int number)
{
	static const int harmless[] = {SIGCHLD, SIGURG,	 SIGWINCH, SIGCONT,
				       SIGSTOP, SIGTSTP, SIGTTIN,  SIGTTOU};

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (harmless[i] == number)
			return false;
	return true;
}

static void
add_default(struct buf *into, const struct trial *trial)
{
	buf_add_text(into, "no handler");
	if (hit_another_process(trial) && ends_by_default(trial->fault.number))
		buf_add_text(into, ": its default action ended a process that "
				   "is not the first");
	else if (was_ended_by_it(trial))
		buf_add_text(into, ": its default action ended the process");
}

static void
add_ignored(struct buf *into, const struct trial *trial)
{
	buf_add_text(into, was_ended_by_it(trial)
				   ? "it was ignored: a fault, or abort(3), "
				     "ends the process all the same"
				   : "it is ignored, the program went on");
}

static bool
is_fault(const struct trial *trial)
{
	return trial->fault.class == FAULT_SIGNAL &&
	       fault_is_of_processor(trial->fault.number);
}

static void
add_blocked(struct buf *into, const struct trial *trial)
{
	if (is_fault(trial)) {
		buf_add_text(into, "it was blocked: a fault then ends the "
				   "process, and no handler runs");
	} else if (has_handler(trial)) {
		buf_add_text(into, "it was blocked at first: handler ");
		words_add_place(into, &trial->handler);
		buf_add_text(into, " can only run after that");
	} else if (was_ended_by_it(trial)) {
		buf_add_text(into, "it was blocked at first; then its default "
				   "action ended the process");
	} else {
		buf_add_text(into, "it is blocked: it stays pending, or "
				   "sigwait(3) takes it");
	}
}

/* What the fault does of itself; for a signal that is the reaction. */
static void
add_fault(struct buf *into, const struct trial *trial)
{
	static const char *const effects[] = {
		[FAULT_SIGNAL] = "the signal was sent",
		[FAULT_EXIT] = "exit() ran what atexit(3) has",
		[FAULT_EXIT_AT_ONCE] = "no code of the program runs after it",
		[FAULT_ERROR] = "the call failed",
	};

	buf_add_text(into, effects[trial->fault.class]);
	if (trial->fault.class != FAULT_ERROR)
		return;
	buf_add_text(into, " and the program ");
	words_add_end(into, trial);
}

static void (*const reactions[])(struct buf *into,
				 const struct trial *trial) = {
	[REACTION_NONE] = add_fault,	  [REACTION_DEFAULT] = add_default,
	[REACTION_HANDLED] = add_handler, [REACTION_IGNORED] = add_ignored,
	[REACTION_BLOCKED] = add_blocked,
};
static_assert(ARRAY_LEN(reactions) == REACTION_COUNT, "a row for each");

/* Is it about this object, as far as is known? */
static bool
is_about(const struct attempt *attempt, const char *name)
{
	return name && (!attempt->object || !strcmp(attempt->object, name));
}

static void
add_attempt(struct buf *into, const struct attempt *attempt)
{
	buf_add_text(into, "; the release ");
	words_add_name(into, attempt->operation);
	buf_add_text(into, " at ");
	words_add_source(into, &attempt->place);
	if (attempt->error < 0)
		buf_add_text(into, " did not return");
	else if (attempt->error > 0 && fault_error_name(attempt->error))
		buf_printf(into, " failed: %s",
			   fault_error_name(attempt->error));
	else if (attempt->error > 0)
		buf_printf(into, " failed: errno %d", attempt->error);
	else
		buf_add_text(into, " worked, and yet it is there");
}

/* Can anything of the program have run after the fault? */
static bool
may_run_on(const struct trial *trial)
{
	if (trial->reaction == REACTION_DEFAULT)
		return !WIFSIGNALED(trial->status);
	if (trial->reaction == REACTION_IGNORED)
		return !was_ended_by_it(trial);
	if (trial->reaction == REACTION_BLOCKED && was_ended_by_it(trial))
		return has_handler(trial) && !is_fault(trial);
	return trial->fault.class != FAULT_EXIT_AT_ONCE;
}

void
block_add_why(struct buf *into, const struct trial *trial,
	      const struct leftover *left)
{
	CLEANUP_BUF struct buf name = {0};
	size_t others = 0;
	size_t tried = 0;

	if (left)
		object_add_name(&name, &left->object);
	reactions[trial->reaction](into, trial);
	for (size_t i = 0; i < trial->attempt_count; i++) {
		const struct attempt *attempt = &trial->attempts[i];

		if (!is_about(attempt, left ? buf_text(&name) : NULL)) {
			others += attempt->error == 0;
			continue;
		}
		add_attempt(into, attempt);
		tried++;
	}
	if (!left || tried || !may_run_on(trial))
		return;
	buf_add_text(into, "; it did not reach a release of this object");
	if (others) {
		buf_add_text(into, ", but of ");
		text_add_count(into, others, "other");
	}
}

static bool
has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; *text; text += strspn(text, " ")) {
		size_t next = strcspn(text, " ");

		if (next == length && strncmp(text, word, length) == 0)
			return true;
		text += next;
	}
	return false;
}

/* Why it was left, and after which faults that was so. */
struct reason {
	struct buf why;
	struct buf faults; /* "SIGINT SIGHUP" */
	size_t trials;
};

static struct reason *
find_reason(struct reason *reasons, size_t *count, const struct buf *why)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(buf_text(&reasons[i].why), buf_text(why)) == 0)
			return &reasons[i];
	if (*count == REASONS_KEPT)
		return NULL;
	buf_add_text(&reasons[*count].why, buf_text(why));
	return &reasons[(*count)++];
}

static void
add_to_reason(struct reason *reason, const struct fault *fault)
{
	CLEANUP_BUF struct buf name = {0};

	reason->trials++;
	fault_format(fault, &name);
	if (has_word(buf_text(&reason->faults), buf_text(&name)))
		return;
	buf_printf(&reason->faults, "%s%s", reason->faults.length ? " " : "",
		   buf_text(&name));
}

/* Returns how many different ones there are; @reasons has room for them. */
static size_t
collect_reasons(struct reason *reasons, const struct leak_class *class)
{
	size_t count = 0;

	for (size_t i = 0; i < class->trial_count; i++) {
		const struct trial *trial = class->trials[i];
		CLEANUP_BUF struct buf why = {0};
		struct reason *reason;

		if (trial->verdict == VERDICT_WINDOW ||
		    (class->gating &&
		     (class->excuses[i] || !trial_gates(trial, false))))
			continue;
		block_add_why(&why, trial, classes_leftover(class, trial));
		reason = find_reason(reasons, &count, &why);
		if (reason)
			add_to_reason(reason, &trial->fault);
	}
	return count;
}

/* The most frequent first; the sort must be stable, and they are few. */
static void
sort_reasons(struct reason *reasons, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i;
		     j > 0 && reasons[j].trials > reasons[j - 1].trials; j--) {
			struct reason swap = reasons[j];

			reasons[j] = reasons[j - 1];
			reasons[j - 1] = swap;
		}
}

void
block_add_reasons(struct block *block, const struct leak_class *class)
{
	struct reason reasons[REASONS_KEPT] = {0};
	size_t count = collect_reasons(reasons, class);

	sort_reasons(reasons, count);
	for (size_t i = 0; i < count; i++) {
		CLEANUP_BUF struct buf line = {0};

		buf_printf(&line, "%s: %s", buf_text(&reasons[i].faults),
			   buf_text(&reasons[i].why));
		if (i < block_limit(block, REASONS_MAX))
			block_add(block, i ? "" : "why:", buf_text(&line));
		buf_free(&reasons[i].faults);
		buf_free(&reasons[i].why);
	}
}
