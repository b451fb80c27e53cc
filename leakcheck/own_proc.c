/* SPDX-License-Identifier: MIT */
/* own_proc.c - a /proc in which our own pid numbers hold. */
#include "leakcheck/own_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/proc.h"
#include "leakcheck/mounts.h"

/*
 * "self" leads to our number there, and NSpid has it alone: a /proc of an
 * outer namespace would tell the inner ones, too. proc(5), pid_namespaces(7).
 */
bool
own_proc_is(int dir)
{
	CLEANUP_BUF struct buf status = {0};
	pid_t pids[PROC_LEVELS];

	return fd_read_file(dir, "self/status", &status) == 0 &&
	       proc_pids(buf_text(&status), "NSpid:", pids) == 1 &&
	       pids[0] == getpid();
}

int
own_proc_open(struct err *err)
{
	int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0 && own_proc_is(dir))
		return dir;
	fd_close(&dir);
	dir = mounts_open_private("proc", 0);
	if (dir < 0)
		err_set(err, errno,
			"there is no /proc of this pid namespace (remedy: "
			"mount -t proc proc /proc)");
	return dir;
}
