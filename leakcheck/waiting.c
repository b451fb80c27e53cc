/* SPDX-License-Identifier: MIT */
/* waiting.c - what a thread that stands in a system call waits for. */
#include "leakcheck/waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/proc.h"
#include "leakcheck/caller.h"

struct call {
	struct caller caller;
	struct proc_call made; /* its number is -1 also if it is not known */
	char where[64]; /* the kernel's function, proc_pid_wchan(5); "" not
			   known */
};

/* Returns false when neither file tells. */
static bool
read_call(struct call *call)
{
	const struct caller *caller = &call->caller;
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf where = {0};
	bool told =
		proc_read(caller->proc_dir, caller->tid, "syscall", &text) == 0;

	if (!told || !proc_call_parse(buf_text(&text), &call->made))
		call->made.number = -1;
	proc_read(caller->proc_dir, caller->tid, "wchan", &where);
	/* "0" is told for a thread that runs, and without the right to know. */
	snprintf(call->where, sizeof(call->where), "%s",
		 strcmp(buf_text(&where), "0") ? buf_text(&where) : "");
	return told || call->where[0];
}

/* The compiler may have put ".isra.0" or the like behind the name. */
static bool
is_in(const struct call *call, const char *function)
{
	return !strncmp(call->where, function, strlen(function));
}

/* The calls that open by path, and the place of their path argument. */
static const struct opening {
	long number;
	int path;
} openings[] = {
#ifdef SYS_open
	{SYS_open, 0},
	{SYS_creat, 0},
#endif
	{SYS_openat, 1},
	{SYS_openat2, 1},
};

/* NULL when it is no call that opens. */
static const struct opening *
opening_of(const struct call *call)
{
	for (size_t i = 0; i < ARRAY_LEN(openings); i++)
		if (call->made.number == openings[i].number)
			return &openings[i];
	return NULL;
}

/* Is what the thread calls @path a FIFO now? */
static bool
leads_to_fifo(const struct call *call, const struct opening *opening,
	      const struct buf *path, struct stat *status)
{
	CLEANUP_BUF struct buf name = {0};
	int dirfd =
		opening->path == 0 ? AT_FDCWD : (int)call->made.arguments[0];

	buf_printf(&name, "%d/", call->caller.tid);
	if (buf_text(path)[0] == '/')
		buf_add_text(&name, "root");
	else if (dirfd == AT_FDCWD)
		buf_add_text(&name, "cwd/");
	else
		buf_printf(&name, "fd/%d/", dirfd);
	buf_add(&name, buf_text(path), path->length);
	return fstatat(call->caller.proc_dir, buf_text(&name), status, 0) ==
		       0 &&
	       S_ISFIFO(status->st_mode);
}

/*
 * The path is in the memory of the process. Returns false when it cannot be
 * read or followed.
 */
static bool
find_fifo(struct waiting *waiting, const struct call *call,
	  const struct opening *opening)
{
	CLEANUP_BUF struct buf path = {0};
	const char *slash;
	struct stat status;

	if (!caller_read_text(&call->caller,
			      call->made.arguments[opening->path], &path))
		return false;
	slash = strrchr(buf_text(&path), '/');
	buf_add_text(&waiting->name, slash ? slash + 1 : buf_text(&path));
	errno = 0;
	if (!leads_to_fifo(call, opening, &path, &status))
		return errno == 0 || errno == ENOENT || errno == ENOTDIR;
	waiting->which = true;
	waiting->dev = status.st_dev;
	waiting->number = status.st_ino;
	return true;
}

/*
 * There is no descriptor yet. The path is followed only where the kernel does
 * not tell another reason to wait: it may lead to a dead file server. Where it
 * does not lead to a FIFO any more, nor can be read (a 32-bit call, io_uring),
 * there still is one. pipe_wait: before Linux 5.5, also to read.
 *
 * Returns false when it cannot be told.
 */
static bool
look_for_fifo(struct waiting *waiting, const struct call *call)
{
	const struct opening *opening = opening_of(call);
	bool certain =
		is_in(call, "wait_for_partner") || is_in(call, "fifo_open");
	bool told = true;

	if (call->where[0] && !certain && !is_in(call, "pipe_wait"))
		return true;
	if (opening)
		told = find_fifo(waiting, call, opening);
	if (certain || waiting->which)
		waiting->what = WAITING_FOR_FIFO;
	return told || certain;
}

static void
look_for_queue(struct waiting *waiting, const struct call *call)
{
	waiting->which = call->made.number == SYS_msgrcv ||
			 call->made.number == SYS_msgsnd;
	if (waiting->which)
		waiting->number = (uint32_t)call->made.arguments[0];
	if (waiting->which || is_in(call, "do_msgrcv") ||
	    is_in(call, "do_msgsnd"))
		waiting->what = WAITING_FOR_QUEUE;
}

bool
waiting_look(struct waiting *waiting, int proc_dir, pid_t tid)
{
	struct call call = {.caller = {proc_dir, tid}};
	bool told = read_call(&call);

	told = look_for_fifo(waiting, &call) && told;
	if (waiting->what == WAITING_FOR_NOTHING)
		look_for_queue(waiting, &call);
	return told;
}

void
waiting_free(struct waiting *waiting)
{
	buf_free(&waiting->name);
}
