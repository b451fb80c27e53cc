/* SPDX-License-Identifier: MIT */
/* questions.c - what can be asked of a stopped tracee. */
#include "harness/tracer/questions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/proc.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/tracee.h"

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

size_t
tracee_read(const struct tracee *tracee, uint64_t address, void *into,
	    size_t length)
{
	return proc_read_memory(tracee->tid, address, into, length);
}

bool
tracee_is_closed(const struct tracee *tracee)
{
	char byte;

	return tracee_read(tracee, tracee->call.sp, &byte, sizeof(byte)) == 0 &&
	       errno == EPERM;
}

static int
read_file(const struct tracee *tracee, const char *name, struct buf *into)
{
	return proc_read(tracee->proc_dir, tracee->tid, name, into);
}

static void
add_mask(const struct buf *status, const char *label, sigset_t *set)
{
	const char *text = proc_line(buf_text(status), label);
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
		{"SigPnd:", &signals->pending}, {"ShdPnd:", &signals->pending},
		{"SigBlk:", &signals->blocked}, {"SigIgn:", &signals->ignored},
		{"SigCgt:", &signals->caught},
	};

	if (read_file(tracee, "status", &status))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		sigemptyset(lines[i].set);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		add_mask(&status, lines[i].label, lines[i].set);
	return 0;
}

/* "Uid:", then real, effective, saved, of the file system:
 * proc_pid_status(5). */
struct tracee_users
tracee_users(const struct tracee *tracee)
{
	struct tracee_users users = {(uid_t)-1, (uid_t)-1};
	CLEANUP_BUF struct buf status = {0};
	const char *text;

	if (read_file(tracee, "status", &status))
		return users;
	text = proc_line(buf_text(&status), "Uid:");
	if (text)
		sscanf(text, "%*u %u %*u %u", &users.effective, &users.files);
	return users;
}

/* It runs, or it is in a call that makes one and stops for that at this
 * moment. */
bool
questions_may_make(const struct tracee *tracee)
{
	static const int makers[] = {SYS_clone, SYS_clone3,
#ifdef SYS_fork
				     SYS_fork, SYS_vfork
#endif
	};
	CLEANUP_BUF struct buf text = {0};
	struct proc_call call;

	if (read_file(tracee, "syscall", &text))
		return false; /* it is dead */
	if (!proc_call_parse(buf_text(&text), &call))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(makers); i++)
		if (call.number == makers[i])
			return true;
	return false;
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
	struct proc_stat stat;

	if (tracee->in_stop)
		return true;
	if (!proc_stat_read(tracee->proc_dir, tracee->tid, &stat))
		return false; /* its death is to be seen yet */
	return stat.state == 'S' || stat.state == 'T' ||
	       (stat.state == 'Z' && tracee->process &&
		tracee->process->alive > 1);
}

/* 0 where the kernel does not count it. Documentation/scheduler/sched-stats */
uint64_t
questions_ran_ns(const struct tracee *tracee)
{
	CLEANUP_BUF struct buf text = {0};

	if (read_file(tracee, "schedstat", &text))
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
