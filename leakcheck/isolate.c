/* SPDX-License-Identifier: MIT */
/*
 * isolate.c - private namespaces without new privileges.
 *
 * unshare(2) with CLONE_NEWUSER gives every capability in the new namespace,
 * and with it CAP_DAC_OVERRIDE over the user's own files: a test that wants
 * EACCES from a file of mode 0000 would fail. So what a process had is noted
 * before and restored after. capabilities(7), user_namespaces(7).
 */
#include "leakcheck/isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fd.h"
#include "leakcheck/mqueue.h"
#include "leakcheck/sandbox.h"

struct privileges {
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
	uint64_t bounding; /* bit masks by capability */
	uint64_t ambient;
	int securebits;
};

static int
capability_call(long number, struct __user_cap_data_struct *sets)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};

	return (int)syscall(number, &header, sets);
}

/* prctl(2) answers 0 or 1, and EINVAL past the last capability it knows. */
static int
has_ambient(int capability)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0);
}

static int
has_bounding(int capability)
{
	return prctl(PR_CAPBSET_READ, capability);
}

static uint64_t
read_set(int (*has)(int capability))
{
	uint64_t set = 0;

	for (int i = 0; i < 64; i++)
		if (has(i) == 1)
			set |= UINT64_C(1) << i;
	return set;
}

static int
privileges_read(struct privileges *privileges, struct err *err)
{
	privileges->bounding = read_set(has_bounding);
	privileges->ambient = read_set(has_ambient);
	privileges->securebits = prctl(PR_GET_SECUREBITS);
	if (capability_call(SYS_capget, privileges->sets))
		return err_set(err, errno, "reading the capabilities");
	return 0;
}

/*
 * The order matters: the first two need CAP_SETPCAP, the last needs its
 * capabilities to be permitted and inheritable.
 */
static int
privileges_restore(struct privileges *had, struct err *err)
{
	uint64_t excess = read_set(has_bounding) & ~had->bounding;

	for (int i = 0; i < 64; i++)
		if ((excess >> i & 1) && prctl(PR_CAPBSET_DROP, i))
			return err_set(err, errno, "dropping capability %d", i);
	if (prctl(PR_GET_SECUREBITS) != had->securebits &&
	    prctl(PR_SET_SECUREBITS, had->securebits))
		return err_set(err, errno, "setting the securebits");
	if (capability_call(SYS_capset, had->sets))
		return err_set(err, errno, "dropping the capabilities");
	had->ambient &= ~read_set(has_ambient);
	for (int i = 0; i < 64; i++)
		if ((had->ambient >> i & 1) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0))
			return err_set(err, errno, "raising capability %d", i);
	return 0;
}

/* /proc/self/task has a directory for each, and two links more. */
unsigned
isolate_threads(void)
{
	struct stat status;

	if (stat("/proc/self/task", &status) || status.st_nlink < 3)
		return 1;
	return (unsigned)status.st_nlink - 2;
}

int
isolate_process(int *mqueue_dir, struct err *err)
{
	struct privileges had;
	unsigned threads = isolate_threads();

	if (threads != 1)
		return err_set(err, 0,
			       "a process with %u threads cannot be isolated, "
			       "for namespaces are per thread",
			       threads);
	if (privileges_read(&had, err) || sandbox_enter(SANDBOX_OBJECTS, err))
		return -1;
	*mqueue_dir = mqueue_open_private();
	if (!privileges_restore(&had, err))
		return 0;
	fd_close(mqueue_dir);
	return -1;
}

/*
 * The error goes through the pipe as it is, both ends are ours; no text: there
 * was none. The exit status would be lost where SIGCHLD is ignored.
 */
static void NORETURN
probe(int result)
{
	struct err err = {0};
	int mqueue_dir = -1;

	(void)isolate_process(&mqueue_dir, &err);
	(void)fd_write_all(result, &err, sizeof(err));
	_exit(0);
}

int
isolate_probe(struct err *err)
{
	CLEANUP_BUF struct buf told = {0};
	CLEANUP_FD int from = -1;
	struct err result;
	int pair[2];
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC))
		return err_set(err, errno, "making a pipe");
	from = pair[0];
	pid = fork();
	if (pid == 0)
		probe(pair[1]);
	close(pair[1]);
	if (pid < 0)
		return err_set(err, errno, "trying to isolate a process");
	(void)fd_read_all(from, &told);
	child_wait(pid, NULL, 0);
	if (told.length != sizeof(*err))
		return err_set(err, 0,
			       "a process that tried to isolate itself died");
	memcpy(&result, told.data, sizeof(result));
	if (!result.text[0])
		return 0;
	*err = result;
	return -1;
}
