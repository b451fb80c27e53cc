/* SPDX-License-Identifier: MIT */
/* procs.c - who is alive, from the kernel and from /proc. */
#include "leakcheck/procs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/text.h"
#include "leakcheck/own_proc.h"

enum {
	PROC_NAME_BYTES = 64,
	/*
	 * Within this time of boot a kernel that is slow to start has a /proc.
	 */
	BOOT_SECONDS = 60,
	CLOCK_SLACK_SECONDS = 24 * 60 * 60, /* see started_after() */
};

struct procs {
	int dir;       /* -1: none, or its numbers are not ours */
	bool first;    /* this is the first pid namespace */
	bool sees_one; /* it shows the namespace's pid 1 */
	/*
	 * The earliest that the boot can have been by the clock as it was set
	 * when objects were made, in seconds since 1970; 0: not known.
	 */
	int64_t booted_at;
	int64_t ticks_per_second;
};

bool
procs_parse_stat(const char *text, struct process *process)
{
	/* pid (name) state, parent, 4 numbers, flags, 10, threads, 1, start */
	static const char format[] = ") %c %d %*d %*d %*d %*d %lu %*u %*u %*u "
				     "%*u %*u %*u %*d %*d %*d %*d %ld %*d "
				     "%llu";
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')');
	unsigned long long start;
	size_t length;

	if (!open || !close || close < open)
		return false;
	length = (size_t)(close - open) - 1;
	if (length >= sizeof(process->name))
		return false;
	memcpy(process->name, open + 1, length);
	process->name[length] = '\0';
	if (sscanf(close, format, &process->state, &process->parent,
		   &process->flags, &process->threads, &start) != 5)
		return false;
	process->start_ticks = start;
	return true;
}

bool
procs_has_ended(const struct process *process)
{
	/* A first thread that ended is a zombie as long as others live. */
	return (process->state == 'Z' || process->state == 'X') &&
	       process->threads <= 1;
}

/* The first pid namespace has a fixed inode number, PROC_PID_INIT_INO. */
static bool
is_first_namespace(int dir)
{
	static const char first[] = "pid:[4026531836]";
	char name[PROC_NAME_BYTES];
	ssize_t length = readlinkat(dir, "self/ns/pid", name, sizeof(name));

	return length == (ssize_t)strlen(first) &&
	       !memcmp(name, first, strlen(first));
}

/* When it booted, by the clock as it is set now: "btime" of proc_stat(5). */
static int64_t
boot_time_now(int dir)
{
	static const char label[] = "\nbtime ";
	CLEANUP_BUF struct buf stat = {0};
	const char *line;

	if (fd_read_file(dir, "stat", &stat))
		return 0;
	line = strstr(buf_text(&stat), label);
	return line ? strtoll(line + strlen(label), NULL, 10) : 0;
}

/*
 * Objects bear the time of the clock as it was set when they were made,
 * processes ticks since boot. If the clock was put forward in between (a
 * resumed virtual machine) a process seems to have started after what it did
 * itself, and so to be another one. The directory /proc bears the time when it
 * was mounted, at boot: if that seems to be before the boot, it is the older
 * setting of the clock. Without such a witness nothing is said of starts.
 */
static int64_t
earliest_boot(int dir)
{
	int64_t now = boot_time_now(dir);
	struct stat mounted;
	int64_t witness;

	if (now == 0 || fstat(dir, &mounted))
		return 0;
	witness = mounted.st_mtim.tv_sec;
	if (witness > now + BOOT_SECONDS)
		return 0; /* mounted later, so it has not seen it all */
	return (witness < now ? witness : now) - BOOT_SECONDS;
}

struct procs *
procs_open(int proc_dir)
{
	struct procs *procs = mem_zalloc(sizeof(*procs));
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

	procs->ticks_per_second = sysconf(_SC_CLK_TCK);
	procs->dir = proc_dir == PROCS_DEFAULT ? open("/proc", flags)
					       : openat(proc_dir, ".", flags);
	if (procs->dir >= 0 && !own_proc_is(procs->dir))
		fd_close(&procs->dir);
	if (procs->dir < 0)
		return procs;
	procs->first = is_first_namespace(procs->dir);
	procs->sees_one = faccessat(procs->dir, "1", F_OK, 0) == 0;
	if (procs->first)
		procs->booted_at = earliest_boot(procs->dir);
	return procs;
}

void
procs_free(struct procs *procs)
{
	if (!procs)
		return;
	fd_close(&procs->dir);
	free(procs);
}

void
procs_free_ptr(struct procs **procs)
{
	procs_free(*procs);
	*procs = NULL;
}

bool
procs_read(const struct procs *procs, pid_t pid, struct process *process)
{
	CLEANUP_BUF struct buf text = {0};
	char name[PROC_NAME_BYTES];

	if (procs->dir < 0)
		return false;
	snprintf(name, sizeof(name), "%d/stat", pid);
	return fd_read_file(procs->dir, name, &text) == 0 &&
	       procs_parse_stat(buf_text(&text), process);
}

/*
 * Is there a process with this number? The kernel is asked and not /proc,
 * which may hide it. pidfd_open(2) tells a process from a mere thread, which
 * may have got the number of a dead process.
 */
static bool
exists(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (errno == ESRCH || errno == EINVAL || errno == ENOENT)
		return false;
	/* No such call, or it is refused. */
	return kill(pid, 0) == 0 || errno != ESRCH;
}

/*
 * Did it start later than what was done at @acted_at, so that another one did
 * it that had the same number? The clock may have been put back when that was
 * done, and forward again since: nothing keeps a record of that. Certain is
 * that nothing was done before the boot, so such a time tells a clock that was
 * wrong. What lies within the slack is not certain: time zones and summer
 * time that are taken for each other, virtual machines that were suspended.
 */
static bool
started_after(const struct procs *procs, const struct process *process,
	      int64_t acted_at)
{
	int64_t start = (int64_t)process->start_ticks / procs->ticks_per_second;

	if (procs->booted_at == 0 || acted_at < procs->booted_at)
		return false;
	return start - CLOCK_SLACK_SECONDS > acted_at - procs->booted_at;
}

enum life
procs_life(const struct procs *procs, pid_t pid, int64_t acted_at)
{
	struct process process;

	if (pid <= 0)
		return LIFE_UNKNOWN;
	if (!exists(pid))
		return LIFE_DEAD;
	if (!procs_read(procs, pid, &process))
		return LIFE_ALIVE;
	if (procs_has_ended(&process) ||
	    started_after(procs, &process, acted_at))
		return LIFE_DEAD;
	return LIFE_ALIVE;
}

void
procs_add_name(const struct procs *procs, pid_t pid, struct buf *into)
{
	struct process process;

	buf_printf(into, "pid %d", pid);
	if (!procs_read(procs, pid, &process))
		return;
	buf_add_text(into, " (");
	text_add_printable(into, process.name, strlen(process.name));
	buf_add_text(into, ")");
}

int
procs_dir(const struct procs *procs)
{
	return procs->dir;
}

bool
procs_numbers_all(const struct procs *procs)
{
	return procs->first;
}

bool
procs_lists_all(const struct procs *procs, struct buf *why)
{
	if (procs->dir < 0)
		buf_add_text(why, "there is no /proc of this pid namespace");
	else if (!procs->first)
		buf_add_text(why, "processes outside this pid namespace "
				  "cannot be seen");
	else if (!procs->sees_one)
		buf_add_text(why, "/proc hides processes (hidepid)");
	return procs->dir >= 0 && procs->first && procs->sees_one;
}
