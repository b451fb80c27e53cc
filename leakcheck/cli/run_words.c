/* SPDX-License-Identifier: MIT */
/* run_words.c - what `leakcheck run` says, in the words of all its reports. */
#include "leakcheck/cli/run_words.h"

#include <string.h>

#include "leakcheck/cli/tell.h"

const char *run_words_class(enum finding_class class)
{
	static const char *const words[] = {
		[FINDING_LEAK] = "left behind",
		[FINDING_FOREIGN] = "that appeared meanwhile, creator unknown",
		[FINDING_IGNORED] = "expected by an ignore rule",
	};

	return words[class];
}

void
run_words_add_details(struct buf *into, const struct object *object,
		      struct names *names)
{
	object_add_details(into, object);
	if (object_knows(object, FIELD_UID))
		buf_printf(into, ", owner %s", names_user(names, object->uid));
}

void
run_words_add_command(struct buf *into, const char *command, size_t columns)
{
	size_t length = strlen(command);

	buf_add(into, command, length > columns ? columns : length);
	if (length > columns)
		buf_add_text(into, " ...");
}

void
run_words_add_maker(struct buf *into, const struct maker *maker, size_t columns)
{
	if (maker->pid)
		buf_printf(into, "pid %d: ", maker->pid);
	else
		buf_add_text(into, "one of several processes, such as: ");
	run_words_add_command(into, maker->command, columns);
}

void
run_words_add_survival(struct buf *into, const struct run_report *report)
{
	buf_add_text(into, "outlived the command");
	if (report->run->interrupted)
		buf_add_text(into, ", ended now");
	else
		buf_printf(into,
			   " by %.3g s, ended now (--settle waits longer)",
			   (double)report->settle_ms / 1000);
}

void
run_words_add_limits(struct buf *into, const struct run_report *report)
{
	const struct run *run = report->run;

	if (run->refused.text[0])
		buf_printf(into, "not in a sandbox but on the host: %s\n",
			   run->refused.text);
	if (run->unwitnessed.text[0])
		buf_printf(into, "who makes objects was not seen: %s\n",
			   run->unwitnessed.text);
	if (run->missed)
		buf_printf(into,
			   "%zu call%s made something at a path that could not "
			   "be followed; FIFOs and sockets there were not "
			   "looked at\n",
			   run->missed, run->missed == 1 ? "" : "s");
	tell_add_blind_spots(into, run->after);
	ignore_add_idle(into, report->ignore);
}
