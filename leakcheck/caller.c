/* SPDX-License-Identifier: MIT */
/* caller.c - what can be learnt of a thread in a system call. */
#include "leakcheck/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/text.h"
#include "leakcheck/snapshot.h"

static int
read_proc(const struct caller *caller, const char *file, struct buf *into)
{
	return proc_read(caller->proc_dir, caller->tid, file, into);
}

pid_t
caller_process(const struct caller *caller)
{
	/* Cheap for what is nearly always so: only processes have a pidfd. */
	int pidfd = (int)syscall(SYS_pidfd_open, caller->tid, 0);

	if (pidfd >= 0) {
		close(pidfd);
		return caller->tid;
	}
	return proc_status_pid(caller->proc_dir, caller->tid, "Tgid:");
}

void
caller_add_command(const struct caller *caller, struct buf *into)
{
	CLEANUP_BUF struct buf line = {0};
	const char *word;
	const char *end;

	if (read_proc(caller, "cmdline", &line) || line.length == 0) {
		buf_clear(&line);
		if (read_proc(caller, "comm", &line) == 0 && line.length > 0)
			text_add_printable(into, line.data, line.length - 1);
		return;
	}
	end = line.data + line.length;
	/* A program that wrote a title over its arguments left empty ones. */
	while (end > line.data + 1 && !end[-1] && !end[-2])
		end--;
	for (word = line.data; word < end; word += strlen(word) + 1) {
		if (word > line.data)
			buf_add_text(into, " ");
		text_add_word(into, word, strlen(word));
	}
}

size_t
caller_read(const struct caller *caller, uint64_t address, void *into,
	    size_t length)
{
	return proc_read_memory(caller->tid, address, into, length);
}

bool
caller_read_text(const struct caller *caller, uint64_t address,
		 struct buf *into)
{
	const uint64_t page = 4096; /* the smallest there is */
	size_t total = 0;

	while (total < PATH_MAX) {
		/* Up to a page's end: the next page may not be there. */
		size_t length = page - (address + total) % page;
		char *start = buf_reserve(into, length);
		size_t got =
			caller_read(caller, address + total, start, length);
		const char *end = memchr(start, '\0', got);

		if (end) {
			into->length += (size_t)(end - start);
			return true;
		}
		if (got < length)
			return false;
		into->length += got;
		total += got;
	}
	return false;
}

bool
caller_read_socket(const struct caller *caller, uint64_t address, size_t length,
		   struct buf *into)
{
	struct sockaddr_un name = {0};
	const size_t before = offsetof(struct sockaddr_un, sun_path);

	if (length > sizeof(name))
		length = sizeof(name);
	if (caller_read(caller, address, &name, length) < length)
		return false;
	if (name.sun_family == AF_UNIX && length > before && name.sun_path[0])
		buf_add(into, name.sun_path,
			strnlen(name.sun_path, length - before));
	return true;
}

bool
caller_may_mean_shm(const char *path)
{
	return path[0] != '/' || path_is_under(path, "/dev/shm") ||
	       path_is_under(path, "/run/shm") || strstr(path, "/../");
}

/*
 * Names that mean who asks, which would be us: what they stand for, in the
 * caller's directory of /proc. proc(5).
 */
static const struct {
	const char *prefix;
	const char *means;
} own_names[] = {
	{"/proc/self/", ""},
	{"/proc/thread-self/", ""},
	{"/dev/fd/", "fd/"},
};

static bool
add_own_name(const struct caller *caller, const char *path, size_t length,
	     struct buf *into)
{
	for (size_t i = 0; i < ARRAY_LEN(own_names); i++) {
		size_t skip = strlen(own_names[i].prefix);

		if (length < skip ||
		    strncmp(path, own_names[i].prefix, skip) != 0)
			continue;
		buf_printf(into, "%d/%s%.*s", caller->tid, own_names[i].means,
			   (int)(length - skip), path + skip);
		return true;
	}
	return false;
}

/*
 * Open the directory that the first @length bytes of @path name. An absolute
 * path begins at the caller's root, which chroot(2) may have moved, and so do
 * the symbolic links on its way: openat2(2), RESOLVE_IN_ROOT.
 */
static int
open_parent(const struct caller *caller, int dirfd, const char *path,
	    size_t length)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	struct open_how how = {.flags = (uint64_t)flags,
			       .resolve = RESOLVE_IN_ROOT};
	CLEANUP_BUF struct buf name = {0};
	CLEANUP_FD int root = -1;

	if (path[0] != '/') {
		if (dirfd == AT_FDCWD)
			buf_printf(&name, "%d/cwd/", caller->tid);
		else
			buf_printf(&name, "%d/fd/%d/", caller->tid, dirfd);
		buf_add(&name, path, length);
		return openat(caller->proc_dir, buf_text(&name), flags);
	}
	if (add_own_name(caller, path, length, &name))
		return openat(caller->proc_dir, buf_text(&name), flags);
	buf_printf(&name, "%d/root", caller->tid);
	root = openat(caller->proc_dir, buf_text(&name), flags);
	if (root < 0)
		return -1;
	buf_clear(&name);
	buf_add(&name, path, length);
	return (int)syscall(SYS_openat2, root, buf_text(&name), &how,
			    sizeof(how));
}

/*
 * The path of an open directory. The kernel tells it as the calling process
 * sees it; a directory of another mount namespace has a path, too, but that
 * leads elsewhere or nowhere from here, so it is tried.
 */
static bool
add_directory_path(int proc_dir, int directory, struct buf *into)
{
	char name[PROC_NAME_BYTES];
	struct stat told;
	struct stat found;
	ssize_t length;
	char *path = buf_reserve(into, PATH_MAX);

	snprintf(name, sizeof(name), "self/fd/%d", directory);
	length = readlinkat(proc_dir, name, path, PATH_MAX - 1);
	if (length <= 0 || path[0] != '/')
		return false;
	path[length] = '\0';
	into->length += (size_t)length;
	return fstat(directory, &told) == 0 && stat(path, &found) == 0 &&
	       told.st_dev == found.st_dev && told.st_ino == found.st_ino;
}

/* Nothing can be made in a directory that was removed. */
static bool
is_removed(int directory)
{
	struct stat status;

	return fstat(directory, &status) == 0 && status.st_nlink == 0;
}

enum resolved
caller_resolve(const struct caller *caller, int dirfd, const char *path,
	       struct buf *into, mode_t *mode)
{
	CLEANUP_FD int directory = -1;
	CLEANUP_FREE char *base = NULL;
	size_t end = strlen(path);
	size_t start;
	struct stat status;

	while (end > 0 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && path[start - 1] != '/'; start--)
		;
	if (start == end)
		return RESOLVED_NOWHERE;
	base = mem_printf("%.*s", (int)(end - start), path + start);
	directory = open_parent(caller, dirfd, path, start);
	if (directory < 0)
		return errno == ENOENT || errno == ENOTDIR ? RESOLVED_NOWHERE
							   : RESOLVED_BEYOND;
	if (is_removed(directory))
		return RESOLVED_NOWHERE;
	if (!add_directory_path(caller->proc_dir, directory, into))
		return RESOLVED_BEYOND;
	*mode = fstatat(directory, base, &status, AT_SYMLINK_NOFOLLOW) == 0
			? status.st_mode
			: 0;
	if (into->data[into->length - 1] != '/')
		buf_add_text(into, "/");
	buf_add_text(into, base);
	return RESOLVED;
}

int
caller_file_status(const struct caller *caller, int fd, struct statx *status)
{
	char name[PROC_NAME_BYTES];

	snprintf(name, sizeof(name), "%d/fd/%d", caller->tid, fd);
	return statx(caller->proc_dir, name, 0, STATX_BASIC_STATS | STATX_BTIME,
		     status);
}

bool
caller_has_left(const struct caller *caller, int number)
{
	CLEANUP_BUF struct buf text = {0};
	struct proc_call call;

	if (read_proc(caller, "syscall", &text))
		return errno == ENOENT || errno == ESRCH; /* it has ended */
	return proc_call_parse(buf_text(&text), &call) && call.number != number;
}
