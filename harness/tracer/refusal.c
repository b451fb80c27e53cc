/* SPDX-License-Identifier: MIT */
/* refusal.c - why the kernel does not let us trace, and what helps. */
#include "harness/tracer/refusal.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fd.h"
#include "base/proc.h"
#include "harness/tracer/tracer.h"

/* Only one filter of a process can have a listener. Returns 0 or an errno. */
static int
try_listening(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {1, &allow};

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) < 0
		       ? errno
		       : 0;
}

/* Once there, a filter is there for good: tried in a child. */
bool
tracer_is_filtered(void)
{
	int status;
	pid_t pid;

	if (prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
		return false;
	pid = fork();
	if (pid == 0)
		_exit(try_listening());
	return pid > 0 && child_wait(pid, &status, 0) == pid &&
	       WIFEXITED(status) && WEXITSTATUS(status) == EBUSY;
}

/* Yama's: 2 wants CAP_SYS_PTRACE, 3 refuses all. ptrace(2) */
static long
read_scope(void)
{
	CLEANUP_BUF struct buf text = {0};

	if (fd_read_file(-1, "/proc/sys/kernel/yama/ptrace_scope", &text))
		return 0;
	return strtol(buf_text(&text), NULL, 10);
}

void
refusal_of_ptrace(int code, int proc_dir, struct err *err)
{
	const long scope = read_scope();
	const pid_t tracer = proc_status_pid(proc_dir, getpid(), "TracerPid:");

	if (tracer > 0)
		err_set(err, code,
			"ptrace is refused: process %d traces us, and with us "
			"what we start; run without it",
			tracer);
	else if (scope > 1)
		err_set(err, code,
			"ptrace is refused: kernel.yama.ptrace_scope is %ld, "
			"try sysctl kernel.yama.ptrace_scope=1%s",
			scope,
			scope == 2 ? " or CAP_SYS_PTRACE"
				   : " in sysctl.conf and a reboot");
	else
		err_set(err, code,
			"ptrace is refused, by a container perhaps: try docker "
			"run --cap-add=SYS_PTRACE or --security-opt "
			"seccomp=unconfined");
}

void
refusal_of_filter(int code, struct err *err)
{
	err_set(err, code,
		"a seccomp filter is refused, by a container or by a kernel "
		"without CONFIG_SECCOMP_FILTER: try docker run --security-opt "
		"seccomp=unconfined");
}
