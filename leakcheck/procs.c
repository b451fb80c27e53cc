/* SPDX-License-Identifier: MIT */
/* procs.c - who is alive, from the kernel and from /proc. */
#include "leakcheck/procs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
	CLEANUP_BUF struct buf stat = {0};

	if (fd_read_file(dir, "stat", &stat))
		return 0;
	return proc_number(buf_text(&stat), "btime ");
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
procs_read(const struct procs *procs, pid_t pid, struct proc_stat *stat)
{
	return procs->dir >= 0 && proc_stat_read(procs->dir, pid, stat);
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
started_after(const struct procs *procs, const struct proc_stat *stat,
	      int64_t acted_at)
{
	int64_t start = (int64_t)stat->start_ticks / procs->ticks_per_second;

	if (procs->booted_at == 0 || acted_at < procs->booted_at)
		return false;
	return start - CLOCK_SLACK_SECONDS > acted_at - procs->booted_at;
}

enum life
procs_life(const struct procs *procs, pid_t pid, int64_t acted_at)
{
	struct proc_stat stat;

	if (pid <= 0)
		return LIFE_UNKNOWN;
	if (!exists(pid))
		return LIFE_DEAD;
	if (!procs_read(procs, pid, &stat))
		return LIFE_ALIVE;
	if (proc_has_ended(&stat) || started_after(procs, &stat, acted_at))
		return LIFE_DEAD;
	return LIFE_ALIVE;
}

void
procs_add_name(const struct procs *procs, pid_t pid, struct buf *into)
{
	struct proc_stat stat;

	buf_printf(into, "pid %d", pid);
	if (!procs_read(procs, pid, &stat))
		return;
	buf_add_text(into, " (");
	text_add_printable(into, stat.name, strlen(stat.name));
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
