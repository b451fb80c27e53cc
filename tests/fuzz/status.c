/* SPDX-License-Identifier: MIT */
/*
 * status.c - fuzz: the lines of /proc/PID/status, whose numbers stand behind a
 * label. What was understood and is written again reads the same.
 */
#include "base/proc.h"
#include "tests/fuzz/fuzz.h"

static void
check_pids(const pid_t *pids, size_t count)
{
	CLEANUP_BUF struct buf text = {0};
	pid_t again[PROC_LEVELS];

	buf_add_text(&text, "Name:\tx\nNSpid:");
	for (size_t i = 0; i < count; i++) {
		MUST(pids[i] >= 0);
		buf_printf(&text, "\t%d", pids[i]);
	}
	buf_add_text(&text, "\nPPid:\t1\n");
	MUST(proc_pids(buf_text(&text), "NSpid:", again) == count);
	MUST(!memcmp(again, pids, count * sizeof(*pids)));
	MUST(proc_number(buf_text(&text), "NSpid:") == pids[0]);
}

/* Only where a line begins with it there is a label. */
static void
check_line(const char *text, const char *line, const char *label)
{
	const size_t length = strlen(label);

	MUST(line >= text + length && !strncmp(line - length, label, length));
	MUST(line == text + length || line[-1 - (ptrdiff_t)length] == '\n');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char label[] = "NSpid:";
	CLEANUP_BUF struct buf text = {0};
	pid_t pids[PROC_LEVELS];
	const char *line;
	size_t count;

	buf_add(&text, data, size);
	line = proc_line(buf_text(&text), label);
	count = proc_pids(buf_text(&text), label, pids);
	MUST(proc_number(buf_text(&text), label) >= 0);
	MUST(line || count == 0);
	if (line)
		check_line(buf_text(&text), line, label);
	if (count)
		check_pids(pids, count);
	return 0;
}
