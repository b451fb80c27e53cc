/* SPDX-License-Identifier: MIT */
/*
 * origin.c - where and when a snapshot is taken.
 *
 * /proc/self may lead nowhere: who has made a sandbox stays outside its pid
 * namespace, but sees the /proc of that namespace. So the namespaces are also
 * asked for through a pidfd, which needs no /proc (since Linux 6.11).
 */
#include "leakcheck/origin.h"

#include <fcntl.h>
#include <linux/ioctl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"

/* linux/pidfd.h, which older headers do not have. */
#ifndef PIDFD_GET_IPC_NAMESPACE
#define PIDFD_GET_IPC_NAMESPACE _IO(0xFF, 2)
#endif
#ifndef PIDFD_GET_MNT_NAMESPACE
#define PIDFD_GET_MNT_NAMESPACE _IO(0xFF, 3)
#endif

static uint64_t
ask_pidfd(unsigned long request)
{
	CLEANUP_FD int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	CLEANUP_FD int namespace = self < 0 ? -1 : ioctl(self, request, 0);
	struct stat status;

	if (namespace < 0 || fstat(namespace, &status))
		return 0;
	return status.st_ino;
}

static uint64_t
find_namespace(const char *file, unsigned long request)
{
	struct stat status;

	return stat(file, &status) ? ask_pidfd(request) : status.st_ino;
}

static void
read_boot_id(char *id, size_t size)
{
	CLEANUP_BUF struct buf file = {0};
	size_t length;

	if (fd_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", &file))
		return;
	length = strcspn(buf_text(&file), "\n");
	if (length < size)
		memcpy(id, buf_text(&file), length);
}

void
origin_take(struct snapshot_origin *origin)
{
	struct timespec now;

	*origin = (struct snapshot_origin) {0};
	read_boot_id(origin->boot_id, sizeof(origin->boot_id));
	origin->ipc_ns =
		find_namespace("/proc/self/ns/ipc", PIDFD_GET_IPC_NAMESPACE);
	origin->mnt_ns =
		find_namespace("/proc/self/ns/mnt", PIDFD_GET_MNT_NAMESPACE);
	clock_gettime(CLOCK_REALTIME, &now);
	origin->taken_at_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
}
