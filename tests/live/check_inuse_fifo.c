/* SPDX-License-Identifier: MIT */
/*
 * check_inuse_fifo.c - live: whether FIFOs are in use, with processes that use
 * them.
 */
#include <check.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "tests/support/asking.h"
#include "tests/support/children.h"
#include "tests/support/objects.h"

Suite *inuse_fifo_suite(void);

enum { MODE = 0600, DEADLINE_MS = 20000 };

#define PROC ASKING_DIR "proc"

static const char *const fifo_path = ASKING_DIR "fifo";

static struct object
make_fifo(void)
{
	ck_assert_int_eq(mkfifo(fifo_path, MODE), 0);
	return object_at(KIND_FIFO, fifo_path);
}

static void
open_fifo(void *flags)
{
	if (open(fifo_path, *(int *)flags) < 0)
		_exit(1);
}

START_TEST(a_fifo_that_is_open_is_busy)
{
	struct object fifo = make_fifo();
	int flags = O_RDWR;
	pid_t pid = child_holds(open_fifo, &flags);

	CHECK_USE(&fifo, USE_BUSY);
	CHECK_SAYS("open in ");
	CHECK_NAMES(pid);
	child_end(pid);
}
END_TEST

/* It has no descriptor yet, so nothing in /proc/PID/fd tells of it. */
START_TEST(a_fifo_that_is_being_opened_is_busy)
{
	static int flags[] = {O_RDONLY, O_WRONLY};
	struct object fifo = make_fifo();
	pid_t pid = child_waits(open_fifo, &flags[_i], SYS_openat);

	CHECK_USE(&fifo, USE_BUSY);
	CHECK_SAYS(" waits to open it");
	CHECK_NAMES(pid);
	child_end(pid);
}
END_TEST

START_TEST(a_fifo_that_was_renamed_while_being_opened_is_not_free)
{
	int flags = O_RDONLY;
	struct object fifo;
	pid_t pid;

	make_fifo();
	pid = child_waits(open_fifo, &flags, SYS_openat);
	ck_assert_int_eq(rename(fifo_path, ASKING_DIR "other"), 0);
	fifo = object_at(KIND_FIFO, ASKING_DIR "other");
	CHECK_USE(&fifo, USE_UNKNOWN);
	CHECK_SAYS("which one cannot be told");
	child_end(pid);
}
END_TEST

START_TEST(a_fifo_whose_directory_was_renamed_is_not_free)
{
	int flags = O_RDONLY;
	struct object fifo;
	pid_t pid;

	ck_assert_int_eq(mkdir(ASKING_DIR "d", 0700), 0);
	ck_assert_int_eq(mkfifo(ASKING_DIR "d/fifo", MODE), 0);
	ck_assert_int_eq(symlink("d/fifo", fifo_path), 0);
	pid = child_waits(open_fifo, &flags, SYS_openat);
	ck_assert_int_eq(rename(ASKING_DIR "d", ASKING_DIR "e"), 0);
	fifo = object_at(KIND_FIFO, ASKING_DIR "e/fifo");
	CHECK_USE(&fifo, USE_UNKNOWN);
	CHECK_SAYS("which one cannot be told");
	child_end(pid);
}
END_TEST

/* Left by scripts that remove a FIFO for which they still wait. */
START_TEST(who_waits_for_a_removed_fifo_makes_no_other_unknown)
{
	int flags = O_RDONLY;
	struct object fifo;
	pid_t pid;

	if (skip_unless_all_is_seen("who_waits_for_a_removed_fifo_makes_no_"
				    "other_unknown"))
		return;
	make_fifo();
	pid = child_waits(open_fifo, &flags, SYS_openat);
	ck_assert_int_eq(unlink(fifo_path), 0);
	ck_assert_int_eq(mkfifo(ASKING_DIR "another", MODE), 0);
	fifo = object_at(KIND_FIFO, ASKING_DIR "another");
	CHECK_USE(&fifo, USE_IDLE);
	child_end(pid);
}
END_TEST

static void
write_to_fifo(void *unused)
{
	int fd = open(fifo_path, O_RDWR);
	char byte = 0;

	(void)unused;
	if (write(fd, &byte, 1) != 1)
		_exit(1);
}

START_TEST(a_fifo_that_nobody_has_open_is_free_once_it_was_used)
{
	struct object fifo = make_fifo();

	if (skip_unless_all_is_seen(
		    "a_fifo_that_nobody_has_open_is_free_once_it_was_used"))
		return;
	CHECK_USE(&fifo, USE_IDLE);
	CHECK_SAYS("nothing was written to it yet");
	/* Time stamps move with the timer, 4 ms where it is slow. */
	do {
		child_does(write_to_fifo, NULL);
	} while (asking_ask(&fifo) == USE_IDLE);
	CHECK_USE(&fifo, USE_FREE);
}
END_TEST

static void *
hold_fifo(void *ready)
{
	if (open(fifo_path, O_RDWR) < 0 || write(*(int *)ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
	return NULL;
}

static void *
hold_fifo_alone(void *ready)
{
	/* No thread shares its files from here on. */
	if (unshare(CLONE_FILES))
		_exit(1);
	return hold_fifo(ready);
}

/* A process of two threads; with @ends the first of them ends. */
static pid_t
start_threads(void *(*work)(void *), bool ends)
{
	int pair[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(pair), 0);
	pid = fork();
	if (pid == 0) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, work, &pair[1]))
			_exit(1);
		if (ends)
			syscall(SYS_exit, 0);
		pthread_join(thread, NULL);
	}
	ck_assert_int_eq(read(pair[0], &byte, 1), 1);
	return pid;
}

START_TEST(a_fifo_that_only_a_thread_has_open_is_busy)
{
	struct object fifo = make_fifo();
	pid_t pid = start_threads(hold_fifo_alone, false);

	CHECK_USE(&fifo, USE_BUSY);
	CHECK_NAMES(pid);
	child_end(pid);
}
END_TEST

START_TEST(a_fifo_of_a_process_without_its_first_thread_is_busy)
{
	struct object fifo = make_fifo();
	pid_t pid = start_threads(hold_fifo, true);
	int64_t deadline_ns = clock_deadline_ns(DEADLINE_MS);
	struct proc_stat stat = {0};

	while (procs_read(asking_procs, pid, &stat) && stat.state != 'Z') {
		ck_assert_int_gt(clock_left_ms(deadline_ns), 0);
		sched_yield();
	}
	CHECK_USE(&fifo, USE_BUSY);
	CHECK_NAMES(pid);
	child_end(pid);
}
END_TEST

START_TEST(a_fifo_is_unknown_where_processes_are_hidden)
{
	struct object fifo = make_fifo();

	if (geteuid() == 0)
		become_nobody();
	CHECK_USE(&fifo, USE_UNKNOWN);
	CHECK_SAYS("whether a process has it open cannot be told");
}
END_TEST

/* As in a container: root without the right to look into other processes. */
static void
drop_ptrace(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	const unsigned bit = 1u << CAP_SYS_PTRACE;

	ck_assert_int_eq(syscall(SYS_capget, &header, data), 0);
	data[0].effective &= ~bit;
	data[0].permitted &= ~bit;
	data[0].inheritable &= ~bit;
	ck_assert_int_eq(syscall(SYS_capset, &header, data), 0);
}

/* It is open or being opened in a process that we have no right to look at. */
static void
check_without_the_right(const struct object *fifo)
{
	/* A container keeps those of others from us, and says that. */
	bool saw_all = asking_sees_all();

	drop_ptrace();
	CHECK_USE(fifo, USE_UNKNOWN);
	if (saw_all)
		CHECK_SAYS(" cannot be looked at, such as pid ");
}

/* /proc/PID/fd can be listed then, but what is in it not be looked at. */
START_TEST(an_open_fifo_is_not_free_without_the_right_to_look)
{
	struct object fifo = make_fifo();
	int flags = O_RDWR;
	pid_t pid;

	if (skip_unless_root("an_open_fifo_is_not_free_without_the_"
			     "right_to_look"))
		return;
	pid = child_holds(open_fifo, &flags);
	check_without_the_right(&fifo);
	child_end(pid);
}
END_TEST

START_TEST(a_fifo_that_is_being_opened_is_not_free_without_it)
{
	struct object fifo = make_fifo();
	int flags = O_RDONLY;
	pid_t pid;

	if (skip_unless_root(
		    "a_fifo_that_is_being_opened_is_not_free_without_it"))
		return;
	pid = child_waits(open_fifo, &flags, SYS_openat);
	check_without_the_right(&fifo);
	child_end(pid);
}
END_TEST

static pid_t
hold_open(void)
{
	int flags = O_RDWR;

	return child_holds(open_fifo, &flags);
}

static pid_t
hold_in_thread(void)
{
	return start_threads(hold_fifo_alone, false);
}

static pid_t
wait_to_open(void)
{
	int flags = O_RDONLY;

	return child_waits(open_fifo, &flags, SYS_openat);
}

START_TEST(no_fifo_in_use_is_free_when_descriptors_run_out)
{
	static pid_t (*const ways[])(void) = {hold_open, hold_in_thread,
					      wait_to_open};
	struct object fifo = make_fifo();
	pid_t pid = ways[_i]();

	asking_with_few_descriptors(&fifo, pid);
	child_end(pid);
}
END_TEST

/* A made-up /proc of two processes, each of one thread. */

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void
make_process(int pid)
{
	static const char *const directories[] = {"", "/fd", "/task"};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(directories); i++) {
		snprintf(path, sizeof(path), PROC "/%d%s", pid, directories[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	snprintf(path, sizeof(path), PROC "/%d/task/%d", pid, pid);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), PROC "/%d/syscall", pid);
	write_text(path, "running\n");
}

static void
make_proc(void)
{
	char text[64];

	ck_assert_int_eq(mkdir(PROC, 0700), 0);
	ck_assert_int_eq(mkdir(PROC "/self", 0700), 0);
	ck_assert_int_eq(mkdir(PROC "/self/ns", 0700), 0);
	ck_assert_int_eq(symlink("pid:[4026531836]", PROC "/self/ns/pid"), 0);
	snprintf(text, sizeof(text), "Name:\tx\nNSpid:\t%d\n", getpid());
	write_text(PROC "/self/status", text);
	make_process(1);
	make_process(2);
}

static enum use
ask_proc(const struct object *fifo)
{
	CLEANUP_FD int proc = open(PROC, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_INUSE struct inuse *one = inuse_new(proc);

	buf_clear(&asking_why);
	return inuse_ask(one, fifo, &asking_why);
}

/* What a link that cannot be followed leads to may be the FIFO. */
START_TEST(one_descriptor_that_cannot_be_seen_is_enough)
{
	struct object fifo = make_fifo();

	make_proc();
	ck_assert_int_eq(ask_proc(&fifo), USE_IDLE);
	/* This one was closed meanwhile. */
	ck_assert_int_eq(symlink("nowhere", PROC "/2/fd/3"), 0);
	ck_assert_int_eq(ask_proc(&fifo), USE_IDLE);
	ck_assert_int_eq(symlink("4", PROC "/2/fd/4"), 0);
	ck_assert_int_eq(ask_proc(&fifo), USE_UNKNOWN);
	CHECK_SAYS("1 process cannot be looked at, such as pid 2");
	ck_assert_int_eq(symlink(fifo_path, PROC "/1/fd/5"), 0);
	ck_assert_int_eq(ask_proc(&fifo), USE_BUSY);
}
END_TEST

START_TEST(a_used_fifo_is_free_where_all_is_seen)
{
	struct object fifo = make_fifo();

	make_proc();
	do {
		child_does(write_to_fifo, NULL);
	} while (ask_proc(&fifo) == USE_IDLE);
	ck_assert_int_eq(ask_proc(&fifo), USE_FREE);
}
END_TEST

/* The system call of a thread, and without it where it waits. */
START_TEST(one_thread_that_cannot_be_seen_is_enough)
{
	struct object fifo = make_fifo();

	make_proc();
	ck_assert_int_eq(unlink(PROC "/2/syscall"), 0);
	write_text(PROC "/2/wchan", "do_wait");
	ck_assert_int_eq(ask_proc(&fifo), USE_IDLE);
	write_text(PROC "/2/wchan", "0");
	ck_assert_int_eq(ask_proc(&fifo), USE_UNKNOWN);
	CHECK_SAYS("1 process cannot be looked at, such as pid 2");
	/* A kernel thread, and one that is dead. */
	write_text(PROC "/2/stat", "2 (x) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 "
				   "0 20 0 1 0 9 0 0\n");
	ck_assert_int_eq(ask_proc(&fifo), USE_IDLE);
	write_text(PROC "/2/stat", "2 (x) Z 0 0 0 0 -1 0 0 0 0 0 0 0 0 "
				   "0 20 0 1 0 9 0 0\n");
	ck_assert_int_eq(ask_proc(&fifo), USE_IDLE);
}
END_TEST

START_TEST(a_task_directory_that_cannot_be_opened_is_enough)
{
	struct object fifo = make_fifo();

	make_proc();
	ck_assert_int_eq(rename(PROC "/2/task", PROC "/2/other"), 0);
	ck_assert_int_eq(ask_proc(&fifo), USE_IDLE);
	ck_assert_int_eq(symlink("task", PROC "/2/task"), 0);
	ck_assert_int_eq(ask_proc(&fifo), USE_UNKNOWN);
	CHECK_SAYS("1 process cannot be looked at, such as pid 2");
}
END_TEST

START_TEST(what_is_gone_is_free)
{
	struct object fifo = make_fifo();

	ck_assert_int_eq(unlink(fifo_path), 0);
	CHECK_USE(&fifo, USE_FREE);
	CHECK_SAYS("it is gone");
}
END_TEST

/* Many: /proc is walked once for all, and again before a removal. */

START_TEST(proc_is_walked_once_for_all)
{
	CLEANUP_INUSE struct inuse *one = inuse_new(PROCS_DEFAULT);
	int64_t deadline_ns = clock_deadline_ns(DEADLINE_MS);
	struct object fifo = make_fifo();
	int flags = O_RDWR;
	pid_t pid;

	ck_assert_int_ne(inuse_ask(one, &fifo, &asking_why), USE_BUSY);
	pid = child_holds(open_fifo, &flags);
	CHECK_USE(&fifo, USE_BUSY);
	ck_assert_int_ne(inuse_ask(one, &fifo, &asking_why), USE_BUSY);
	do {
		ck_assert_int_gt(clock_left_ms(deadline_ns), 0);
		inuse_refresh(one);
	} while (inuse_ask(one, &fifo, &asking_why) != USE_BUSY);
	child_end(pid);
}
END_TEST

Suite *
inuse_fifo_suite(void)
{
	Suite *suite = suite_create("inuse_fifo");
	TCase *tests = asking_tcase(suite, "inuse_fifo");

	if (!tests)
		return suite;
	tcase_add_test(tests, a_fifo_that_is_open_is_busy);
	tcase_add_loop_test(tests, a_fifo_that_is_being_opened_is_busy, 0, 2);
	tcase_add_test(tests,
		       a_fifo_that_was_renamed_while_being_opened_is_not_free);
	tcase_add_test(tests, a_fifo_whose_directory_was_renamed_is_not_free);
	tcase_add_test(tests,
		       who_waits_for_a_removed_fifo_makes_no_other_unknown);
	tcase_add_test(tests,
		       a_fifo_that_nobody_has_open_is_free_once_it_was_used);
	tcase_add_test(tests, a_fifo_that_only_a_thread_has_open_is_busy);
	tcase_add_test(tests,
		       a_fifo_of_a_process_without_its_first_thread_is_busy);
	tcase_add_test(tests, a_fifo_is_unknown_where_processes_are_hidden);
	tcase_add_test(tests,
		       an_open_fifo_is_not_free_without_the_right_to_look);
	tcase_add_test(tests,
		       a_fifo_that_is_being_opened_is_not_free_without_it);
	tcase_add_loop_test(
		tests, no_fifo_in_use_is_free_when_descriptors_run_out, 0, 3);
	tcase_add_test(tests, a_used_fifo_is_free_where_all_is_seen);
	tcase_add_test(tests, one_descriptor_that_cannot_be_seen_is_enough);
	tcase_add_test(tests, one_thread_that_cannot_be_seen_is_enough);
	tcase_add_test(tests, a_task_directory_that_cannot_be_opened_is_enough);
	tcase_add_test(tests, what_is_gone_is_free);
	tcase_add_test(tests, proc_is_walked_once_for_all);
	return suite;
}
