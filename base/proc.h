/* SPDX-License-Identifier: MIT */
/*
 * proc.h - what the kernel tells of another process or thread: the files of
 * /proc/PID, and its memory.
 *
 * @proc_dir is a /proc that is open: in which pid namespace the numbers hold is
 * for the caller to know. What is not known is 0, and so are a thread that has
 * ended and a file of a form that nobody expects.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

enum {
	PROC_NAME_BYTES = 64, /* for "PID/task/TID/NAME" */
	PROC_LEVELS = 33,     /* of pid namespaces, pid_namespaces(7) */
};

/* Append the whole of /proc/@tid/@file. Returns 0, or -1 with errno set. */
int proc_read(int proc_dir, pid_t tid, const char *file, struct buf *into);

/*
 * What follows @label, such as "PPid:", in the first line of @text that begins
 * with it; NULL when there is none. proc_pid_status(5)
 */
const char *proc_line(const char *text, const char *label);

/* The number that stands there, up to INT64_MAX. */
int64_t proc_number(const char *text, const char *label);

/*
 * The numbers that stand there: those of one process, in the pid namespace of
 * /proc and in each that is nested in it, the innermost last. Returns how many.
 */
size_t proc_pids(const char *text, const char *label, pid_t pids[PROC_LEVELS]);

/* The first of them in /proc/@tid/status. */
pid_t proc_status_pid(int proc_dir, pid_t tid, const char *label);

/* What the process of @tid is called in its innermost pid namespace. */
pid_t proc_inner_pid(int proc_dir, pid_t tid);

/* What /proc/TID/stat says, proc_pid_stat(5). */
struct proc_stat {
	char name[64]; /* any bytes, NUL-terminated */
	char state;
	pid_t parent;
	unsigned long flags; /* PF_* of the kernel */
	long threads;
	uint64_t start_ticks; /* after boot, in ticks of CLK_TCK */
};

/*
 * Parse its text. Returns false when it is not of that form. The name stands in
 * parentheses and may itself hold any of ") (\n".
 */
bool proc_stat_parse(const char *text, struct proc_stat *stat);
bool proc_stat_read(int proc_dir, pid_t tid, struct proc_stat *stat);

/* Can it use nothing any more: have all its threads ended? */
bool proc_has_ended(const struct proc_stat *stat);

/* What /proc/TID/syscall says, proc_pid_syscall(5). */
struct proc_call {
	long number; /* -1: it waits for something, but in no system call */
	uint64_t arguments[2];
};

/* Parse its text. Returns false also for "running": nothing is known then. */
bool proc_call_parse(const char *text, struct proc_call *call);

/*
 * The next entry of a /proc or a /proc/PID/task that is a process or thread; 0
 * after the last, with errno 0, or when the directory cannot be read.
 */
pid_t proc_next(DIR *directory);

/*
 * Read @length bytes of its memory at @address, less where the mapping ends.
 * Returns the number of bytes, 0 with errno set when none can be read.
 * process_vm_readv(2)
 */
size_t proc_read_memory(pid_t tid, uint64_t address, void *into, size_t length);

#endif
