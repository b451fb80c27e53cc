/* SPDX-License-Identifier: MIT */
/* questions.c - what can be asked of a stopped tracee. */
#include "harness/tracer/questions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fd.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/tracee.h"

enum { PROC_NAME_BYTES = 64 };

const char *
tracee_role(const struct tracee *tracee)
{
	return tracee->role;
}

const char *
tracee_process_role(const struct tracee *tracee)
{
	return tracee->process->role;
}

pid_t
tracee_tid(const struct tracee *tracee)
{
	return tracee->tid;
}

pid_t
tracee_process(const struct tracee *tracee)
{
	return tracee->process->pid;
}

uint64_t
tracee_image(const struct tracee *tracee)
{
	return tracee->process->image;
}

uint64_t
tracee_pc(const struct tracee *tracee)
{
	struct user_regs_struct registers;

	return registers_get(tracee->tid, &registers) ? arch_pc(&registers) : 0;
}

void *
tracee_owner_data(const struct tracee *tracee)
{
	return tracee->owner_data;
}

void
tracee_set_owner_data(struct tracee *tracee, void *data)
{
	tracee->owner_data = data;
}

/* The kernel copies page by page: what can be read before a hole is read. */
size_t
tracee_read(const struct tracee *tracee, uint64_t address, void *into,
	    size_t length)
{
	struct iovec local = {into, length};
	struct iovec remote = {(void *)(uintptr_t)address, length};
	ssize_t got = process_vm_readv(tracee->tid, &local, 1, &remote, 1, 0);

	return got > 0 ? (size_t)got : 0;
}

bool
tracee_is_closed(const struct tracee *tracee)
{
	char byte;

	return tracee_read(tracee, tracee->call.sp, &byte, sizeof(byte)) == 0 &&
	       errno == EPERM;
}

/* The text after @label in /proc/TID/status, NULL when it is not there. */
static const char *
find_line(const struct buf *status, const char *label)
{
	const char *at = strstr(buf_text(status), label);

	return at ? at + strlen(label) : NULL;
}

static int
read_status(int proc_dir, pid_t tid, struct buf *status)
{
	char name[PROC_NAME_BYTES];

	snprintf(name, sizeof(name), "%d/status", tid);
	return fd_read_file(proc_dir, name, status);
}

static void
add_mask(const struct buf *status, const char *label, sigset_t *set)
{
	const char *text = find_line(status, label);
	unsigned long long mask = text ? strtoull(text, NULL, 16) : 0;

	for (int i = 1; mask; i++, mask >>= 1)
		if (mask & 1)
			sigaddset(set, i);
}

int
tracee_look_at_signals(const struct tracee *tracee,
		       struct tracee_signals *signals)
{
	CLEANUP_BUF struct buf status = {0};
	const struct {
		const char *label;
		sigset_t *set;
	} lines[] = {
		{"\nSigPnd:", &signals->pending},
		{"\nShdPnd:", &signals->pending},
		{"\nSigBlk:", &signals->blocked},
		{"\nSigIgn:", &signals->ignored},
		{"\nSigCgt:", &signals->caught},
	};

	if (read_status(tracee->proc_dir, tracee->tid, &status))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		sigemptyset(lines[i].set);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		add_mask(&status, lines[i].label, lines[i].set);
	return 0;
}

long
questions_number(int proc_dir, pid_t tid, const char *label)
{
	CLEANUP_BUF struct buf status = {0};
	const char *text;

	if (read_status(proc_dir, tid, &status))
		return 0;
	text = find_line(&status, label);
	return text ? strtol(text, NULL, 10) : 0;
}

/* "Uid:", then real, effective, saved, of the file system:
 * proc_pid_status(5). */
struct tracee_users
tracee_users(const struct tracee *tracee)
{
	struct tracee_users users = {(uid_t)-1, (uid_t)-1};
	CLEANUP_BUF struct buf status = {0};
	const char *text;

	if (read_status(tracee->proc_dir, tracee->tid, &status))
		return users;
	text = find_line(&status, "\nUid:");
	if (text)
		sscanf(text, "%*u %u %*u %u", &users.effective, &users.files);
	return users;
}

/* The line has a number for each namespace, the innermost last. */
pid_t
questions_own_pid(const struct tracee *tracee)
{
	CLEANUP_BUF struct buf status = {0};
	const char *text;
	char *end;
	long pid = 0;
	long next;

	if (read_status(tracee->proc_dir, tracee->tid, &status))
		return 0;
	text = find_line(&status, "\nNStgid:");
	while (text && *text != '\n' && (next = strtol(text, &end, 10)) > 0) {
		pid = next;
		text = end;
	}
	return (pid_t)pid;
}

/*
 * It runs, or it is in a call that makes one: "56 0x1200011 ..." and stops for
 * that at this moment. proc_pid_syscall(5)
 */
bool
questions_may_make(const struct tracee *tracee)
{
	static const int makers[] = {SYS_clone, SYS_clone3,
#ifdef SYS_fork
				     SYS_fork, SYS_vfork
#endif
	};
	CLEANUP_BUF struct buf text = {0};
	char name[PROC_NAME_BYTES];
	char *end;
	long number;

	snprintf(name, sizeof(name), "%d/syscall", tracee->tid);
	if (fd_read_file(tracee->proc_dir, name, &text))
		return false; /* it is dead */
	number = strtol(buf_text(&text), &end, 10);
	for (size_t i = 0; i < ARRAY_LEN(makers); i++)
		if (number == makers[i])
			return true;
	return end == buf_text(&text);
}

/*
 * What sleeps, S, waits for something else; what has the processor or is to
 * have it, R, or is stopped for its tracer, t, goes on by itself. So does what
 * waits for a disk, D. Of a group-stop that the tracer has seen the kernel
 * says t, too: ptrace(2), PTRACE_LISTEN. A first thread that has ended before
 * the others is a zombie, Z. proc_pid_stat(5)
 */
bool
questions_sleeps(const struct tracee *tracee)
{
	CLEANUP_BUF struct buf stat = {0};
	char name[PROC_NAME_BYTES];
	const char *end;

	if (tracee->in_stop)
		return true;
	snprintf(name, sizeof(name), "%d/stat", tracee->tid);
	if (fd_read_file(tracee->proc_dir, name, &stat))
		return false; /* its death is to be seen yet */
	end = strrchr(buf_text(&stat), ')');
	return end && (end[2] == 'S' || end[2] == 'T' ||
		       (end[2] == 'Z' && tracee->process &&
			tracee->process->alive > 1));
}

/* 0 where the kernel does not count it. Documentation/scheduler/sched-stats */
uint64_t
questions_ran_ns(const struct tracee *tracee)
{
	CLEANUP_BUF struct buf text = {0};
	char name[PROC_NAME_BYTES];

	snprintf(name, sizeof(name), "%d/schedstat", tracee->tid);
	if (fd_read_file(tracee->proc_dir, name, &text))
		return 0;
	return strtoull(buf_text(&text), NULL, 10);
}

bool
questions_has_thread(const struct tracee *tracee, pid_t tid)
{
	char name[PROC_NAME_BYTES];

	snprintf(name, sizeof(name), "%d/task/%d", tracee->process->pid, tid);
	return faccessat(tracee->proc_dir, name, F_OK, 0) == 0;
}
