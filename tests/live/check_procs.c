/* SPDX-License-Identifier: MIT */
/*
 * check_procs.c - live: who is alive, with real processes and with a made-up
 * /proc that says of them what the test wants.
 */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/inuse.h"
#include "leakcheck/isolate.h"
#include "leakcheck/sandbox.h"
#include "tests/support/children.h"
#include "tests/support/objects.h"

Suite *procs_suite(void);

enum {
	BOOT = 1700000000, /* by the clock as it is set now */
	HOUR = 60 * 60,
	DAY = 24 * HOUR,
	START = 3 * DAY,  /* of the living process, seconds after that */
	BOOT_MARGIN = 60, /* that procs.c allows for */
	MARGIN = DAY + BOOT_MARGIN,
};

static const char first_namespace[] = "pid:[4026531836]";
static int fake = -1; /* a directory that is taken for /proc */
static pid_t living;

static void
do_nothing(void *unused)
{
	(void)unused;
}

static void
write_file(const char *name, const char *text)
{
	CLEANUP_FD int fd = openat(fake, name, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
}

/* @mounted_at: what the directory says of when it was mounted. */
static void
make_proc(const char *namespace, int64_t mounted_at)
{
	const struct timespec times[2] = {{.tv_sec = mounted_at},
					  {.tv_sec = mounted_at}};
	long ticks = sysconf(_SC_CLK_TCK);
	char name[64];
	char text[256];

	ck_assert_int_eq(mkdirat(fake, "self", 0700), 0);
	ck_assert_int_eq(mkdirat(fake, "self/ns", 0700), 0);
	ck_assert_int_eq(symlinkat(namespace, fake, "self/ns/pid"), 0);
	snprintf(text, sizeof(text), "Name:\tx\nNSpid:\t%d\n", getpid());
	write_file("self/status", text);
	snprintf(text, sizeof(text), "cpu 0\nbtime %d\n", BOOT);
	write_file("stat", text);
	ck_assert_int_eq(mkdirat(fake, "1", 0700), 0);
	snprintf(name, sizeof(name), "%d", living);
	ck_assert_int_eq(mkdirat(fake, name, 0700), 0);
	snprintf(name, sizeof(name), "%d/stat", living);
	snprintf(text, sizeof(text),
		 "%d (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %ld 0 0\n",
		 living, START * ticks);
	write_file(name, text);
	ck_assert_int_eq(futimens(fake, times), 0);
}

static void
setup(void)
{
	struct err err;

	ck_assert_msg(!sandbox_enter(SANDBOX_OBJECTS, &err), "%s", err.text);
	ck_assert_int_eq(mkdir("/dev/shm/proc", 0700), 0);
	fake = open("/dev/shm/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(fake, 0);
	living = child_holds(do_nothing, NULL);
}

static void
teardown(void)
{
	child_end(living);
	fd_close(&fake);
}

/* Of the living process, which is said to have acted at BOOT + @second. */
static enum life
life_at(int64_t second)
{
	CLEANUP_PROCS struct procs *procs = procs_open(fake);

	return procs_life(procs, living, BOOT + second);
}

START_TEST(a_process_that_started_later_is_another)
{
	make_proc(first_namespace, BOOT);
	ck_assert_int_eq(life_at(START - MARGIN - 1), LIFE_DEAD);
	ck_assert_int_eq(life_at(0), LIFE_DEAD);
	/* Rounding and a slow boot must not kill. */
	ck_assert_int_eq(life_at(START - MARGIN), LIFE_ALIVE);
	ck_assert_int_eq(life_at(START), LIFE_ALIVE);
	ck_assert_int_eq(life_at(START + 1000), LIFE_ALIVE);
}
END_TEST

START_TEST(without_a_time_the_number_decides)
{
	make_proc(first_namespace, BOOT);
	ck_assert_int_eq(life_at(-BOOT), LIFE_ALIVE);
}
END_TEST

/*
 * The clock was put forward by 3000 s. What the process did 1000 s after its
 * start bears the old time, which seems to be 2000 s before its start.
 */
START_TEST(a_clock_that_was_put_forward_kills_nobody)
{
	make_proc(first_namespace, BOOT - 3000);
	ck_assert_int_eq(life_at(START + 1000 - 3000), LIFE_ALIVE);
	ck_assert_int_eq(life_at(START - 3000), LIFE_ALIVE);
	ck_assert_int_eq(life_at(START - 3000 - MARGIN - 1), LIFE_DEAD);
}
END_TEST

/*
 * The clock was wrong only while the process made an object: by some hours, or
 * so that it seems to be older than the boot. Nothing tells of that any more.
 */
START_TEST(a_clock_that_was_wrong_for_a_while_kills_nobody)
{
	make_proc(first_namespace, BOOT);
	ck_assert_int_eq(life_at(START - 14 * HOUR), LIFE_ALIVE);
	ck_assert_int_eq(life_at(START - DAY), LIFE_ALIVE);
	ck_assert_int_eq(life_at(-BOOT_MARGIN - 1), LIFE_ALIVE);
	ck_assert_int_eq(life_at(1 - BOOT), LIFE_ALIVE);
	ck_assert_int_eq(life_at(-BOOT_MARGIN), LIFE_DEAD);
}
END_TEST

START_TEST(a_clock_that_was_put_back_kills_nobody)
{
	make_proc(first_namespace, BOOT + 3000);
	ck_assert_int_eq(life_at(0), LIFE_ALIVE);
}
END_TEST

START_TEST(in_a_container_starts_tell_nothing)
{
	make_proc("pid:[4026532000]", BOOT);
	ck_assert_int_eq(life_at(0), LIFE_ALIVE);
}
END_TEST

START_TEST(the_dead_and_the_unknown)
{
	CLEANUP_PROCS struct procs *procs = procs_open(PROCS_DEFAULT);
	pid_t dead = child_holds(do_nothing, NULL);
	siginfo_t info;

	ck_assert_int_eq(procs_life(procs, dead, 0), LIFE_ALIVE);
	kill(dead, SIGKILL);
	ck_assert_int_eq(waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT),
			 0);
	ck_assert_int_eq(procs_life(procs, dead, 0), LIFE_DEAD);
	child_end(dead);
	ck_assert_int_eq(procs_life(procs, dead, 0), LIFE_DEAD);
	ck_assert_int_eq(procs_life(procs, 0, 0), LIFE_UNKNOWN);
	ck_assert_int_eq(procs_life(procs, getpid(), 0), LIFE_ALIVE);
}
END_TEST

struct meeting {
	pthread_barrier_t told, asked;
	pid_t tid;
};

static void *
tell_number(void *argument)
{
	struct meeting *meeting = argument;

	meeting->tid = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(&meeting->told);
	pthread_barrier_wait(&meeting->asked);
	return NULL;
}

/* Threads take numbers, too, also those of dead processes. */
START_TEST(a_thread_is_no_process)
{
	CLEANUP_PROCS struct procs *procs = procs_open(PROCS_DEFAULT);
	struct meeting meeting;
	pthread_t thread;

	pthread_barrier_init(&meeting.told, NULL, 2);
	pthread_barrier_init(&meeting.asked, NULL, 2);
	ck_assert_int_eq(pthread_create(&thread, NULL, tell_number, &meeting),
			 0);
	pthread_barrier_wait(&meeting.told);
	ck_assert_int_eq(kill(meeting.tid, 0), 0); /* it takes it for one */
	ck_assert_int_eq(procs_life(procs, meeting.tid, 0), LIFE_DEAD);
	pthread_barrier_wait(&meeting.asked);
	pthread_join(thread, NULL);
}
END_TEST

#define REQUIRE(condition)                                         \
	do {                                                       \
		if (!(condition)) {                                \
			fprintf(stderr, "line %d: %s\n", __LINE__, \
				#condition);                       \
			_exit(1);                                  \
		}                                                  \
	} while (0)

static void
ask_a_foreign_proc(void *unused)
{
	CLEANUP_FD int ours = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_SANDBOX_INIT struct sandbox_init init = SANDBOX_INIT_NONE;
	CLEANUP_PROCS struct procs *procs = NULL;
	CLEANUP_PROCS struct procs *right = NULL;
	CLEANUP_BUF struct buf text = {0};
	struct err err;

	(void)unused;
	REQUIRE(!sandbox_enter(SANDBOX_PROCESSES, &err));
	REQUIRE(!sandbox_init_start(&init, &err));
	procs = procs_open(PROCS_DEFAULT);
	REQUIRE(procs_dir(procs) == -1);
	REQUIRE(!procs_lists_all(procs, &text));
	REQUIRE(procs_life(procs, living, 1) == LIFE_ALIVE);
	REQUIRE(procs_life(procs, getpid(), 1) == LIFE_ALIVE);
	buf_clear(&text);
	procs_add_name(procs, 1, &text); /* it has a name there */
	REQUIRE(!strcmp(buf_text(&text), "pid 1"));
	right = procs_open(ours);
	REQUIRE(procs_dir(right) >= 0);
}

/*
 * Outside the sandbox's pid namespace and with its /proc: the numbers there
 * are not ours. Ours must still be told dead from alive, and nothing be read
 * there of a process that happens to have the same number. In a child, for no
 * sanitizer can look at a process that has lost its pid namespace.
 */
START_TEST(a_foreign_proc_is_not_believed)
{
	child_does(ask_a_foreign_proc, NULL);
}
END_TEST

/* In an outer namespace's /proc our number there may be that of here. */
START_TEST(an_outer_proc_is_not_believed)
{
	CLEANUP_PROCS struct procs *procs = NULL;
	char text[64];

	make_proc(first_namespace, BOOT);
	ck_assert_int_eq(unlinkat(fake, "self/status", 0), 0);
	snprintf(text, sizeof(text), "Name:\tx\nNSpid:\t%d\t7\n", getpid());
	write_file("self/status", text);
	procs = procs_open(fake);
	ck_assert_int_eq(procs_dir(procs), -1);
}
END_TEST

START_TEST(without_any_proc_less_is_known)
{
	CLEANUP_PROCS struct procs *procs = procs_open(fake);
	CLEANUP_BUF struct buf why = {0};

	ck_assert_int_eq(procs_dir(procs), -1);
	ck_assert_int_eq(procs_life(procs, living, 1), LIFE_ALIVE);
	ck_assert(!procs_lists_all(procs, &why));
	ck_assert_str_eq(buf_text(&why),
			 "there is no /proc of this pid namespace");
}
END_TEST

START_TEST(hidden_processes_are_noticed)
{
	CLEANUP_PROCS struct procs *procs = NULL;
	CLEANUP_BUF struct buf why = {0};

	make_proc(first_namespace, BOOT);
	procs = procs_open(fake);
	ck_assert(procs_lists_all(procs, &why));
	procs_free(procs);
	ck_assert_int_eq(unlinkat(fake, "1", AT_REMOVEDIR), 0);
	procs = procs_open(fake);
	ck_assert(!procs_lists_all(procs, &why));
	ck_assert_ptr_nonnull(strstr(buf_text(&why), "hidepid"));
}
END_TEST

/* The whole way: a segment whose creator's number is in use again. */
START_TEST(a_segment_whose_creator_has_a_namesake_is_free)
{
	CLEANUP_INUSE struct inuse *inuse = NULL;
	CLEANUP_BUF struct buf why = {0};
	struct object shm;
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);

	make_proc(first_namespace, BOOT);
	inuse = inuse_new(fake);
	shm = object_with_id(KIND_SYSV_SHM, id);
	shm.cpid = living;
	shm.ctime = BOOT + START - MARGIN - 1;
	ck_assert_int_eq(inuse_creator(inuse, &shm, &why), LIFE_DEAD);
	shm.ctime = BOOT + START;
	ck_assert_int_eq(inuse_creator(inuse, &shm, &why), LIFE_ALIVE);
}
END_TEST

Suite *
procs_suite(void)
{
	Suite *suite = suite_create("procs");
	TCase *tests = tcase_create("procs");
	struct err refused;

	suite_add_tcase(suite, tests);
	if (isolate_probe(&refused)) {
		printf("SKIP procs: %s\n", refused.text);
		return suite;
	}
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_process_that_started_later_is_another);
	tcase_add_test(tests, without_a_time_the_number_decides);
	tcase_add_test(tests, a_clock_that_was_put_forward_kills_nobody);
	tcase_add_test(tests, a_clock_that_was_wrong_for_a_while_kills_nobody);
	tcase_add_test(tests, a_clock_that_was_put_back_kills_nobody);
	tcase_add_test(tests, in_a_container_starts_tell_nothing);
	tcase_add_test(tests, the_dead_and_the_unknown);
	tcase_add_test(tests, a_thread_is_no_process);
	tcase_add_test(tests, a_foreign_proc_is_not_believed);
	tcase_add_test(tests, an_outer_proc_is_not_believed);
	tcase_add_test(tests, without_any_proc_less_is_known);
	tcase_add_test(tests, hidden_processes_are_noticed);
	tcase_add_test(tests, a_segment_whose_creator_has_a_namesake_is_free);
	return suite;
}
