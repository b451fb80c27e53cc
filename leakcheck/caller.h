/* SPDX-License-Identifier: MIT */
/*
 * caller.h - what can be learnt of a thread that stands in a system call: its
 * process, its command line, the texts and paths that it passed. Needs the
 * rights of ptrace(2) but no ptrace.
 */
#ifndef LEAKCHECK_CALLER_H
#define LEAKCHECK_CALLER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct caller {
	int proc_dir; /* a /proc in which @tid means this thread */
	pid_t tid;
};

/* The process that the thread belongs to; 0 when it is gone. */
pid_t caller_process(const struct caller *caller);

/* Append the command line, printable, quoted where a shell would need it. */
void caller_add_command(const struct caller *caller, struct buf *into);

/*
 * Read @length bytes of its memory at @address, less where the mapping ends.
 * Returns the number of bytes, 0 when none can be read. process_vm_readv(2).
 */
size_t caller_read(const struct caller *caller, uint64_t address, void *into,
		   size_t length);

/* Read a NUL-terminated text of at most PATH_MAX bytes. */
bool caller_read_text(const struct caller *caller, uint64_t address,
		      struct buf *into);

/*
 * Append the path of the socket address of @length bytes at @address: nothing
 * when it has none (another family, autobind, the abstract namespace), see
 * unix(7). Returns false when the address cannot be read.
 */
bool caller_read_socket(const struct caller *caller, uint64_t address,
			size_t length, struct buf *into);

/*
 * Could @path, as a thread passes it, lead into /dev/shm? Files are made all
 * the time and nearly never there, so an absolute path that does not begin so
 * is not looked at closer. One that comes there through a symbolic link
 * elsewhere is missed.
 */
bool caller_may_mean_shm(const char *path);

/*
 * Where @path is that the thread passes with @dirfd (or AT_FDCWD): its
 * directory without symbolic links as the calling process sees it, and its
 * last component as it is. *mode is the st_mode of what has that name now, 0
 * when nothing has. A directory of another mount namespace may be out of reach.
 */
enum resolved {
	RESOLVED,
	RESOLVED_NOWHERE, /* no such directory: the call will fail */
	RESOLVED_BEYOND,  /* it cannot be reached from here */
};
enum resolved caller_resolve(const struct caller *caller, int dirfd,
			     const char *path, struct buf *into, mode_t *mode);

/* Of what its descriptor @fd is open on. Returns 0, or -1 with errno set. */
struct statx;
int
caller_file_status(const struct caller *caller, int fd, struct statx *status);

/* Has the thread left the system call @number? False when not sure. */
bool caller_has_left(const struct caller *caller, int number);

#endif
