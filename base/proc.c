/* SPDX-License-Identifier: MIT */
/* proc.c - what the kernel tells of another process or thread. */
#include "base/proc.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "base/fd.h"
#include "base/number.h"

int
proc_read(int proc_dir, pid_t tid, const char *file, struct buf *into)
{
	char name[PROC_NAME_BYTES];

	snprintf(name, sizeof(name), "%d/%s", tid, file);
	return fd_read_file(proc_dir, name, into);
}

const char *
proc_line(const char *text, const char *label)
{
	const size_t length = strlen(label);

	while (strncmp(text, label, length) != 0) {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
	return text + length;
}

/* A word of the line that @text is in, moved behind it. */
static bool
take_word(const char **text, uint64_t limit, uint64_t *number)
{
	const char *end = *text + strspn(*text, " \t");

	if (!number_take(&end, 10, limit, number) || !strchr(" \t\n", *end))
		return false;
	*text = end;
	return true;
}

int64_t
proc_number(const char *text, const char *label)
{
	const char *line = proc_line(text, label);
	uint64_t number;

	return line && take_word(&line, INT64_MAX, &number) ? (int64_t)number
							    : 0;
}

size_t
proc_pids(const char *text, const char *label, pid_t pids[PROC_LEVELS])
{
	const char *line = proc_line(text, label);
	uint64_t number;
	size_t count = 0;

	while (line && count < PROC_LEVELS &&
	       take_word(&line, INT_MAX, &number))
		pids[count++] = (pid_t)number;
	/* Behind what is no pid the rest of the line means nothing. */
	return line && strchr("\n", *line) ? count : 0;
}

static size_t
read_pids(int proc_dir, pid_t tid, const char *label, pid_t pids[PROC_LEVELS])
{
	CLEANUP_BUF struct buf status = {0};

	if (proc_read(proc_dir, tid, "status", &status))
		return 0;
	return proc_pids(buf_text(&status), label, pids);
}

pid_t
proc_status_pid(int proc_dir, pid_t tid, const char *label)
{
	pid_t pids[PROC_LEVELS];

	return read_pids(proc_dir, tid, label, pids) ? pids[0] : 0;
}

pid_t
proc_inner_pid(int proc_dir, pid_t tid)
{
	pid_t pids[PROC_LEVELS];
	const size_t count = read_pids(proc_dir, tid, "NStgid:", pids);

	return count ? pids[count - 1] : 0;
}

bool
proc_stat_parse(const char *text, struct proc_stat *stat)
{
	/* pid (name) state, parent, 4 numbers, flags, 10, threads, 1, start */
	static const char format[] = ") %c %d %*d %*d %*d %*d %lu %*u %*u %*u "
				     "%*u %*u %*u %*d %*d %*d %*d %ld %*d "
				     "%" SCNu64;
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')');
	size_t length;

	if (!open || !close || close < open)
		return false;
	length = (size_t)(close - open) - 1;
	if (length >= sizeof(stat->name))
		return false;
	memcpy(stat->name, open + 1, length);
	stat->name[length] = '\0';
	return sscanf(close, format, &stat->state, &stat->parent, &stat->flags,
		      &stat->threads, &stat->start_ticks) == 5;
}

bool
proc_stat_read(int proc_dir, pid_t tid, struct proc_stat *stat)
{
	CLEANUP_BUF struct buf text = {0};

	return proc_read(proc_dir, tid, "stat", &text) == 0 &&
	       proc_stat_parse(buf_text(&text), stat);
}

bool
proc_has_ended(const struct proc_stat *stat)
{
	/* A first thread that ended is a zombie as long as others live. */
	return (stat->state == 'Z' || stat->state == 'X') && stat->threads <= 1;
}

bool
proc_call_parse(const char *text, struct proc_call *call)
{
	return sscanf(text, "%ld %" SCNx64 " %" SCNx64, &call->number,
		      &call->arguments[0], &call->arguments[1]) == 3;
}

pid_t
proc_next(DIR *directory)
{
	const struct dirent *entry;
	uint64_t number;

	errno = 0;
	while ((entry = readdir(directory)))
		if (number_parse(entry->d_name, 10, INT_MAX, &number) &&
		    number > 0)
			return (pid_t)number;
	return 0;
}

/* The kernel copies page by page: what can be read before a hole is read. */
size_t
proc_read_memory(pid_t tid, uint64_t address, void *into, size_t length)
{
	struct iovec local = {into, length};
	struct iovec remote = {(void *)(uintptr_t)address, length};
	ssize_t got = process_vm_readv(tid, &local, 1, &remote, 1, 0);

	return got > 0 ? (size_t)got : 0;
}
