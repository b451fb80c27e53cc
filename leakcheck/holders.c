/* SPDX-License-Identifier: MIT */
/* holders.c - who has what open, mapped, or waits for it: a walk over /proc. */
#include "leakcheck/holders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "leakcheck/waiting.h"

#define KERNEL_THREAD 0x00200000ul /* PF_KTHREAD, since Linux 2.6.27 */

struct holders {
	const struct procs *procs;
	uint64_t pipe_dev; /* of pipes, which have no name */
	uint64_t ipc_ns;   /* inode of our IPC namespace */
	uint64_t *devs;	   /* of the regular files that were asked for */
	size_t dev_count;
	bool walked;
	bool with_maps; /* the walk looked at mappings, too */
	int64_t walked_at_ns;
	struct holder *items; /* in compare() order */
	size_t count;
	size_t room;
	struct arena names;
	size_t unseen;	  /* processes that were not looked at in full */
	pid_t unseen_pid; /* one of them */
	int unlisted;	  /* why not all processes were listed: errno, or 0 */
};

struct holders *
holders_new(const struct procs *procs)
{
	struct holders *holders = mem_zalloc(sizeof(*holders));
	struct stat status;
	int pair[2];

	holders->procs = procs;
	if (pipe2(pair, O_CLOEXEC) == 0) {
		if (fstat(pair[0], &status) == 0)
			holders->pipe_dev = status.st_dev;
		close(pair[0]);
		close(pair[1]);
	}
	if (procs_dir(procs) >= 0 &&
	    fstatat(procs_dir(procs), "self/ns/ipc", &status, 0) == 0)
		holders->ipc_ns = status.st_ino;
	return holders;
}

void
holders_free(struct holders *holders)
{
	if (!holders)
		return;
	arena_free(&holders->names);
	free(holders->devs);
	free(holders->items);
	free(holders);
}

void
holders_refresh(struct holders *holders, int64_t age_ms)
{
	if (clock_now_ns() - holders->walked_at_ns > age_ms * NS_PER_MS)
		holders->walked = false;
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare(const void *left, const void *right)
{
	const struct holder *a = left;
	const struct holder *b = right;
	int order = compare_numbers(a->number, b->number);

	if (!order)
		order = compare_numbers(a->dev, b->dev);
	if (!order)
		order = (int)a->how - (int)b->how;
	return order ? order : a->pid - b->pid;
}

static void
add(struct holders *holders, const struct holder *holder)
{
	if (holders->count == holders->room) {
		holders->room = holders->room ? holders->room * 2 : 64;
		holders->items = mem_grow(holders->items, holders->room,
					  sizeof(*holders->items));
	}
	holders->items[holders->count++] = *holder;
}

static bool
wants_dev(const struct holders *holders, uint64_t dev)
{
	for (size_t i = 0; i < holders->dev_count; i++)
		if (holders->devs[i] == dev)
			return true;
	return false;
}

/* Only what may be asked for: a busy host has a million files open. */
static bool
wants(const struct holders *holders, mode_t mode, uint64_t dev)
{
	if (S_ISFIFO(mode))
		return dev != holders->pipe_dev;
	return S_ISREG(mode) && wants_dev(holders, dev);
}

/* A directory below /proc, NULL with errno set. */
static DIR *
open_directory(const struct holders *holders, const char *name)
{
	return fd_open_directory(procs_dir(holders->procs), name);
}

/* NULL after the last, with errno 0, or when it cannot be read. */
static const struct dirent *
next_entry(DIR *directory)
{
	errno = 0;
	return readdir(directory);
}

/*
 * What ends or is closed meanwhile holds nothing. Whatever else goes wrong, a
 * right or a descriptor that we lack, may hide one that does.
 */
static bool
is_gone(int code)
{
	return code == ENOENT || code == ESRCH;
}

/* One of the descriptors of @pid. Returns false when it could not be seen. */
static bool
look_at_file(struct holders *holders, DIR *directory, const char *name,
	     pid_t pid)
{
	struct holder holder = {.how = HOLD_OPEN, .pid = pid};
	struct statx file;

	/* DONT_SYNC: a dead file server must not hold us up. */
	if (statx(dirfd(directory), name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_INO, &file))
		return is_gone(errno);
	holder.dev = makedev(file.stx_dev_major, file.stx_dev_minor);
	holder.number = file.stx_ino;
	if (wants(holders, file.stx_mode, holder.dev))
		add(holders, &holder);
	return true;
}

/* What is open in @name, "7/fd". Returns false when not all could be seen. */
static bool
look_at_files(struct holders *holders, const char *name, pid_t pid)
{
	CLEANUP_DIRECTORY DIR *directory = open_directory(holders, name);
	const struct dirent *entry;
	bool all = true;

	if (!directory)
		return is_gone(errno);
	while ((entry = next_entry(directory)))
		if (entry->d_name[0] != '.' &&
		    !look_at_file(holders, directory, entry->d_name, pid))
			all = false;
	return all && (errno == 0 || is_gone(errno));
}

/*
 * One line of proc_pid_maps(5):
 * 7f0c1a000000-7f0c1a001000 rw-s 00000000 00:19 1234    /dev/shm/a
 */
static void
look_at_mapping(struct holders *holders, const char *line, pid_t pid)
{
	struct holder holder = {.how = HOLD_MAPPED, .pid = pid};
	unsigned major_number;
	unsigned minor_number;

	if (sscanf(line, "%*x-%*x %*s %*x %x:%x %" SCNu64, &major_number,
		   &minor_number, &holder.number) != 3)
		return;
	holder.dev = makedev(major_number, minor_number);
	if (wants_dev(holders, holder.dev))
		add(holders, &holder);
}

/*
 * Only to name who uses a file: whether one does is told by a lease, and FIFOs
 * are never mapped. So what cannot be read here is not missed.
 */
static void
look_at_maps(struct holders *holders, const char *name, pid_t pid)
{
	CLEANUP_BUF struct buf text = {0};
	char *line;
	char *rest;

	if (fd_read_file(procs_dir(holders->procs), name, &text) ||
	    text.length == 0)
		return;
	for (line = strtok_r(text.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		look_at_mapping(holders, line, pid);
}

/* Identifiers mean something in their own IPC namespace only. */
static bool
shares_queues(const struct holders *holders, pid_t pid)
{
	char name[PROC_NAME_BYTES];
	struct stat status;

	snprintf(name, sizeof(name), "%d/ns/ipc", pid);
	return holders->ipc_ns == 0 ||
	       fstatat(procs_dir(holders->procs), name, &status, 0) ||
	       status.st_ino == holders->ipc_ns;
}

/* Is there no such process or thread any more? */
static bool
has_vanished(const struct holders *holders, pid_t tid)
{
	char name[PROC_NAME_BYTES];

	snprintf(name, sizeof(name), "%d", tid);
	return faccessat(procs_dir(holders->procs), name, F_OK, 0) &&
	       is_gone(errno);
}

/* Returns false when what it waits for could not be seen. */
static bool
look_at_thread(struct holders *holders, pid_t pid, pid_t tid)
{
	CLEANUP_WAITING struct waiting waiting = {0};
	struct holder holder = {.pid = pid};

	if (!waiting_look(&waiting, procs_dir(holders->procs), tid))
		return has_vanished(holders, tid);
	if (waiting.what == WAITING_FOR_NOTHING ||
	    (waiting.what == WAITING_FOR_QUEUE && !shares_queues(holders, pid)))
		return true;
	holder.how =
		waiting.what == WAITING_FOR_FIFO ? HOLD_OPENING : HOLD_QUEUE;
	holder.dev = waiting.dev;
	holder.number = waiting.which ? waiting.number : HOLDER_SOME;
	if (waiting.name.length > 0)
		holder.name = arena_copy(&holders->names, waiting.name.data,
					 waiting.name.length);
	add(holders, &holder);
	return true;
}

/*
 * Threads nearly always share their process's files and memory. Not when they
 * unshared them, nor when the first thread has ended: then its are empty.
 * Returns false when not all could be seen.
 */
static bool
look_at_threads(struct holders *holders, pid_t pid)
{
	CLEANUP_DIRECTORY DIR *directory = NULL;
	char name[PROC_NAME_BYTES];
	bool all = true;
	pid_t tid;

	snprintf(name, sizeof(name), "%d/task", pid);
	directory = open_directory(holders, name);
	if (!directory)
		return is_gone(errno);
	while ((tid = proc_next(directory))) {
		all = look_at_thread(holders, pid, tid) && all;
		if (tid == pid ||
		    syscall(SYS_kcmp, pid, tid, KCMP_FILES, 0, 0) == 0)
			continue;
		snprintf(name, sizeof(name), "%d/task/%d/fd", pid, tid);
		all = look_at_files(holders, name, pid) && all;
		snprintf(name, sizeof(name), "%d/task/%d/maps", pid, tid);
		if (holders->with_maps)
			look_at_maps(holders, name, pid);
	}
	return all && (errno == 0 || is_gone(errno));
}

/* Kernel threads and the dead hold nothing, even where that is refused. */
static void
note_unseen(struct holders *holders, pid_t pid)
{
	struct proc_stat stat;

	if (procs_read(holders->procs, pid, &stat)
		    ? stat.flags & KERNEL_THREAD || proc_has_ended(&stat)
		    : has_vanished(holders, pid))
		return;
	holders->unseen++;
	holders->unseen_pid = pid;
}

static void
look_at_process(struct holders *holders, pid_t pid)
{
	char name[PROC_NAME_BYTES];
	bool all;

	snprintf(name, sizeof(name), "%d/fd", pid);
	all = look_at_files(holders, name, pid);
	snprintf(name, sizeof(name), "%d/maps", pid);
	if (holders->with_maps)
		look_at_maps(holders, name, pid);
	if (!look_at_threads(holders, pid) || !all)
		note_unseen(holders, pid);
}

static void
look_at_processes(struct holders *holders)
{
	CLEANUP_DIRECTORY DIR *directory = open_directory(holders, ".");
	pid_t pid;

	while (directory && (pid = proc_next(directory)))
		look_at_process(holders, pid);
	holders->unlisted = errno;
}

static void
walk(struct holders *holders, bool with_maps)
{
	if (holders->walked && (holders->with_maps || !with_maps))
		return;
	holders->walked = true;
	holders->with_maps = with_maps;
	holders->walked_at_ns = clock_now_ns();
	holders->count = 0;
	holders->unseen = 0;
	holders->unlisted = 0;
	arena_free(&holders->names);
	if (procs_dir(holders->procs) >= 0)
		look_at_processes(holders);
	if (holders->count > 0)
		qsort(holders->items, holders->count, sizeof(*holders->items),
		      compare);
}

/* The first of that file or queue whose `how` is in the set @ways. */
static const struct holder *
find(const struct holders *holders, unsigned ways, uint64_t dev,
     uint64_t number)
{
	const struct holder key = {.dev = dev, .number = number};
	size_t low = 0;
	size_t high = holders->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&holders->items[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < holders->count; low++) {
		const struct holder *holder = &holders->items[low];

		if (holder->number != number || holder->dev != dev)
			break;
		if (ways & (1u << holder->how))
			return holder;
	}
	return NULL;
}

/*
 * One that waits for a FIFO by a name that leads to none. Renaming a FIFO moves
 * its ctime away from its mtime, and nobody has written since, or the wait
 * would be over. Renaming a directory above it leaves its own name.
 */
static const struct holder *
find_lost(const struct holders *holders, const struct object *fifo,
	  bool renamed)
{
	const char *slash = strrchr(fifo->path, '/');
	const char *name = slash ? slash + 1 : fifo->path;

	for (size_t i = holders->count; i-- > 0;) {
		const struct holder *holder = &holders->items[i];

		if (holder->number != HOLDER_SOME)
			break; /* the greatest number comes last */
		if (holder->how == HOLD_OPENING &&
		    (renamed || !holder->name || !strcmp(holder->name, name)))
			return holder;
	}
	return NULL;
}

const struct holder *
holders_of_fifo(struct holders *holders, const struct object *fifo,
		bool renamed)
{
	const struct holder *found;

	walk(holders, false);
	found = find(holders, 1u << HOLD_OPENING | 1u << HOLD_OPEN, fifo->dev,
		     fifo->ino);
	return found ? found : find_lost(holders, fifo, renamed);
}

const struct holder *
holders_of_queue(struct holders *holders, const struct object *queue)
{
	const unsigned waiting = 1u << HOLD_QUEUE;
	const struct holder *found;

	walk(holders, false);
	found = find(holders, waiting, 0, (uint64_t)queue->id);
	return found ? found : find(holders, waiting, 0, HOLDER_SOME);
}

const struct holder *
holders_of_file(struct holders *holders, const struct object *file)
{
	if (!wants_dev(holders, file->dev)) {
		holders->devs = mem_grow(holders->devs, holders->dev_count + 1,
					 sizeof(*holders->devs));
		holders->devs[holders->dev_count++] = file->dev;
		holders->walked = false;
	}
	walk(holders, true);
	return find(holders, 1u << HOLD_OPEN | 1u << HOLD_MAPPED, file->dev,
		    file->ino);
}

/* Append what hides processes. Returns false when nothing does. */
static bool
add_what_hides(struct holders *holders, struct buf *why)
{
	if (!procs_lists_all(holders->procs, why))
		return true;
	walk(holders, false);
	if (holders->unlisted) {
		buf_printf(why, "/proc cannot be listed: %s",
			   strerror(holders->unlisted));
		return true;
	}
	if (holders->unseen == 0)
		return false;
	buf_printf(why, "%zu process%s cannot be looked at, such as ",
		   holders->unseen, holders->unseen == 1 ? "" : "es");
	procs_add_name(holders->procs, holders->unseen_pid, why);
	return true;
}

bool
holders_sees_all(struct holders *holders, const char *does, struct buf *why)
{
	CLEANUP_BUF struct buf hidden = {0};

	if (!add_what_hides(holders, &hidden))
		return true;
	buf_printf(why, "whether a process %s cannot be told: %s", does,
		   buf_text(&hidden));
	return false;
}

void
holders_add_holder(const struct holders *holders, const struct holder *holder,
		   struct buf *into)
{
	static const struct {
		const char *before, *after, *after_some;
	} words[] = {
		[HOLD_OPEN] = {"open in ", "", ""},
		[HOLD_MAPPED] = {"mapped by ", "", ""},
		[HOLD_OPENING] = {"", " waits to open it",
				  " waits to open a FIFO, which one cannot be "
				  "told"},
		[HOLD_QUEUE] = {"", " waits to send or receive",
				" waits for a queue, which one cannot be "
				"told"},
	};

	buf_add_text(into, words[holder->how].before);
	procs_add_name(holders->procs, holder->pid, into);
	buf_add_text(into, holder->number == HOLDER_SOME
				   ? words[holder->how].after_some
				   : words[holder->how].after);
}
