/* SPDX-License-Identifier: MIT */
/*
 * check_guard.c - live: what a process leaves behind and what is not its own,
 * by the library's public interface.
 */
#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "tests/support/api.h"
#include "tests/support/children.h"
#include "tests/support/live.h"

Suite *guard_suite(void);

enum { TEXT_BYTES = 512, OLD_MS = 20 };

static struct leakcheck_guard *
new_guard(const struct leakcheck_options *options)
{
	struct leakcheck_guard *guard =
		leakcheck_guard_new(options, &api_error);

	HAVE(guard);
	return guard;
}

static struct leakcheck_leaks *
finish(struct leakcheck_guard *guard, int *status)
{
	struct leakcheck_leaks *leaks =
		leakcheck_guard_finish(guard, status, &api_error);

	HAVE(leaks);
	leakcheck_guard_free(guard);
	return leaks;
}

/* @makes leaks in a process of its own; what is left of it? */
static struct leakcheck_leaks *
leaks_of(struct leakcheck_options *options, void (*makes)(void), int *status)
{
	struct leakcheck_guard *guard = new_guard(options);
	pid_t pid = leakcheck_guard_fork(guard, &api_error);

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return finish(guard, status);
	leakcheck_guard_free(guard);
	makes();
	exit(7);
}

static void
say(const struct leakcheck_leaks *leaks, char *text)
{
	leakcheck_leaks_format(leaks, text, TEXT_BYTES);
}

START_TEST(test_guard_of_a_part)
{
	struct leakcheck_guard *guard;
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	char text[TEXT_BYTES];
	char one[TEXT_BYTES / 4];
	char other[TEXT_BYTES / 4];
	char expected[TEXT_BYTES];

	if (!live_enter("test_guard_of_a_part", SANDBOX_OBJECTS))
		return;
	api_make(LEAKCHECK_SYSV_MSG); /* before: not of the part */
	options = api_options();
	guard = new_guard(options);
	leakcheck_options_free(options);
	api_make(LEAKCHECK_SYSV_SHM);
	api_make(LEAKCHECK_SYSV_SEM);
	leaks = finish(guard, NULL);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), 2);
	/* The kernel knows who made a segment, but not who made a set. */
	ck_assert(leakcheck_leaks_is_certain(leaks, 0));
	ck_assert(!leakcheck_leaks_is_certain(leaks, 1));
	ck_assert(!leakcheck_leaks_is_certain(leaks, 2));
	ck_assert_ptr_null(leakcheck_leaks_object(leaks, 2));
	ck_assert_uint_eq(
		leakcheck_snapshot_count(leakcheck_leaks_snapshot(leaks)), 3);
	say(leaks, text);
	leakcheck_object_format(leakcheck_leaks_object(leaks, 0), one,
				sizeof(one));
	leakcheck_object_format(leakcheck_leaks_object(leaks, 1), other,
				sizeof(other));
	snprintf(expected, sizeof(expected),
		 "leaked %s; %s, perhaps by another program of this user", one,
		 other);
	ck_assert_str_eq(text, expected);
	ck_assert_uint_eq(leakcheck_leaks_format(leaks, text, 150),
			  strlen(expected));
	snprintf(expected, sizeof(expected), "leaked %s; and 1 more", one);
	ck_assert_str_eq(text, expected);
	/* One is shown in any case, as far as it goes. */
	leakcheck_leaks_format(leaks, text, 16);
	ck_assert_str_eq(text, "leaked sysv-shm");
	leakcheck_leaks_free(leaks);
	leakcheck_leaks_free(NULL);
}
END_TEST

/*
 * A directory that opens up meanwhile: what was in it before is not blamed,
 * what is made in it is.
 */
START_TEST(test_guard_with_a_blind_spot)
{
	static const char dir[] = LIVE_DIR "/closed";
	struct leakcheck_guard *guard;
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	int64_t later_ns;

	if (!live_enter("test_guard_with_a_blind_spot", SANDBOX_OBJECTS))
		return;
	live_drop_rights();
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	ck_assert_int_eq(mkfifo(LIVE_DIR "/closed/old", API_MODE), 0);
	ck_assert_int_eq(chmod(dir, 0), 0);
	/* Until it is older than what a file's clock may be behind. */
	later_ns = clock_deadline_ns(OLD_MS);
	while (clock_left_ms(later_ns) > 0)
		;
	options = api_options();
	guard = new_guard(options);
	leakcheck_options_free(options);
	ck_assert_int_eq(chmod(dir, 0700), 0);
	ck_assert_int_eq(mkfifo(LIVE_DIR "/closed/new", API_MODE), 0);
	leaks = finish(guard, NULL);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), 1);
	ck_assert_str_eq(
		leakcheck_object_path(leakcheck_leaks_object(leaks, 0)),
		LIVE_DIR "/closed/new");
	leakcheck_leaks_free(leaks);
}
END_TEST

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) &&
	       !strcmp(text + length - strlen(end), end);
}

START_TEST(test_leaks_are_cut_between_objects)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	char text[TEXT_BYTES * 2];
	size_t whole;

	if (!live_enter("test_leaks_are_cut_between_objects", SANDBOX_OBJECTS))
		return;
	options = api_options();
	leaks = leaks_of(options, api_make_all, NULL);
	whole = leakcheck_leaks_format(leaks, NULL, 0);
	ck_assert_uint_lt(whole, sizeof(text));
	for (size_t size = whole; size > TEXT_BYTES / 4; size--) {
		leakcheck_leaks_format(leaks, text, size);
		ck_assert_msg(ends_with(text, " more"), "%s", text);
	}
	ck_assert_uint_eq(leakcheck_leaks_format(leaks, text, whole + 1),
			  whole);
	ck_assert_uint_eq(strlen(text), whole);
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
}
END_TEST

static void
make_nothing(void)
{
}

START_TEST(test_guard_without_a_leak)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	char text[TEXT_BYTES];
	int status;

	if (!live_enter("test_guard_without_a_leak", SANDBOX_OBJECTS))
		return;
	options = api_options();
	leaks = leaks_of(options, make_nothing, &status);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), 0);
	ck_assert_uint_eq(leakcheck_leaks_format(leaks, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "");
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
}
END_TEST

static void
make_all_and_crash(void)
{
	api_make_all();
	raise(SIGKILL);
}

START_TEST(test_guard_of_a_process_that_crashes)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	int status;

	if (!live_enter("test_guard_of_a_process_that_crashes",
			SANDBOX_OBJECTS) ||
	    !api_can_isolate("test_guard_of_a_process_that_crashes"))
		return;
	options = api_options();
	api_isolate(options);
	ck_assert_int_eq(mkdir(LIVE_DIR, 0777), 0);
	leaks = leaks_of(options, make_all_and_crash, &status);
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), API_KINDS);
	for (size_t i = 0; i < API_KINDS; i++)
		ck_assert(leakcheck_leaks_is_certain(leaks, i));
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
}
END_TEST

static void
remove_segment(void)
{
	shmctl(shmget(API_KEY, 0, 0), IPC_RMID, NULL);
}

static void
clean_up_at_exit(void)
{
	api_make(LEAKCHECK_SYSV_SHM);
	atexit(remove_segment);
}

/* Its orphan lives until it is alone, and only then cleans up. */
static void
clean_up_late(void)
{
	int pair[2];
	char byte;

	api_make(LEAKCHECK_SYSV_SHM);
	if (pipe(pair))
		_exit(99);
	if (fork() > 0)
		return;
	close(pair[1]);
	(void)!read(pair[0], &byte, 1);
	remove_segment();
	_exit(0);
}

static void
mark_and_hold(void)
{
	int id = api_make(LEAKCHECK_SYSV_SHM);

	if (fork() > 0)
		return;
	shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pause();
	_exit(0);
}

static void (*const tidy[])(void) = {clean_up_at_exit, clean_up_late,
				     mark_and_hold};

START_TEST(test_guard_waits_for_cleanup)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	char text[TEXT_BYTES];

	if (!live_enter("test_guard_waits_for_cleanup", SANDBOX_OBJECTS))
		return;
	options = api_options();
	leaks = leaks_of(options, tidy[_i], NULL);
	say(leaks, text);
	ck_assert_str_eq(text, "");
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
}
END_TEST

/* It could still clean up, but it does not. */
static void
hold_for_ever(void)
{
	api_make(LEAKCHECK_SYSV_SHM);
	if (fork() == 0)
		for (;;)
			pause();
}

START_TEST(test_guard_does_not_wait_for_ever)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;

	if (!live_enter("test_guard_does_not_wait_for_ever", SANDBOX_OBJECTS))
		return;
	options = api_options();
	leaks = leaks_of(options, hold_for_ever, NULL);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), 1);
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
	/* Check kills the process group. */
}
END_TEST

/*
 * An orphan that makes an object only when the first look is over, which closes
 * LIVE_DIR after it has read it.
 */
static void
make_late(void)
{
	char event[sizeof(struct inotify_event) + NAME_MAX + 1];
	int looks = inotify_init1(IN_CLOEXEC);

	if (inotify_add_watch(looks, LIVE_DIR, IN_CLOSE_NOWRITE | IN_ONLYDIR) <
	    0)
		_exit(99);
	if (fork() > 0)
		return;
	if (read(looks, event, sizeof(event)) > 0)
		api_make(LEAKCHECK_FIFO);
	_exit(0);
}

/* A process that lives on may make what it leaves later. */
START_TEST(test_guard_waits_for_leaks)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	struct leakcheck_guard *guard;

	if (!live_enter("test_guard_waits_for_leaks", SANDBOX_OBJECTS))
		return;
	options = api_options();
	leakcheck_options_set_kinds(options, LEAKCHECK_BIT(LEAKCHECK_FIFO),
				    NULL);
	leaks = leaks_of(options, make_late, NULL);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), 1);
	leakcheck_leaks_free(leaks);
	ck_assert_int_eq(unlink(LIVE_DIR "/api-fifo"), 0);
	/* The same of this process and its child. */
	guard = new_guard(options);
	leakcheck_options_free(options);
	make_late();
	leaks = finish(guard, NULL);
	ck_assert_uint_eq(leakcheck_leaks_count(leaks), 1);
	leakcheck_leaks_free(leaks);
}
END_TEST

/* Somebody else, who makes something when he is told to, and lives on. */
struct stranger {
	void (*makes)(void);
	int tell[2];
	int done[2];
	pid_t pid;
};
static struct stranger stranger;

static void
be_stranger(void)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)!read(stranger.tell[0], &byte, 1);
	stranger.makes();
	(void)!write(stranger.done[1], "", 1);
	for (;;)
		pause();
}

static void
start_stranger(void (*makes)(void))
{
	stranger.makes = makes;
	ck_assert_int_eq(pipe(stranger.tell) + pipe(stranger.done), 0);
	stranger.pid = fork();
	if (stranger.pid == 0)
		be_stranger();
}

static void
tell_stranger(void)
{
	char byte;

	(void)!write(stranger.tell[1], "", 1);
	(void)!read(stranger.done[0], &byte, 1);
}

static void
tell_stranger_to_the_end(void)
{
	struct pollfd end = {.events = POLLIN};

	tell_stranger();
	end.fd = (int)syscall(SYS_pidfd_open, stranger.pid, 0);
	kill(stranger.pid, SIGKILL);
	poll(&end, 1, -1);
	close(end.fd);
}

/* The guard has no child but its own: it is in another process than we. */
struct expectation {
	void (*does)(void); /* the one that is looked at */
	size_t leaks;
};

static void
check_stranger(void *argument)
{
	const struct expectation *expected = argument;
	struct leakcheck_options *options = api_options();
	struct leakcheck_leaks *leaks = leaks_of(options, expected->does, NULL);
	char text[TEXT_BYTES];

	say(leaks, text);
	ck_assert_msg(leakcheck_leaks_count(leaks) == expected->leaks, "%s",
		      text);
	for (size_t i = 0; i < expected->leaks; i++)
		ck_assert(!leakcheck_leaks_is_certain(leaks, i));
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
}

/* And use it. */
static void
make_what_is_used(void)
{
	api_make(LEAKCHECK_SYSV_SHM);
	api_make(LEAKCHECK_UNIX_SOCKET);
	api_make(LEAKCHECK_POSIX_SHM);
	api_make(LEAKCHECK_FIFO);
	open(LIVE_DIR "/api-fifo", O_RDWR);
}

START_TEST(test_stranger_is_not_blamed)
{
	struct expectation expected = {tell_stranger, 0};

	if (!live_enter("test_stranger_is_not_blamed", SANDBOX_OBJECTS))
		return;
	start_stranger(make_what_is_used);
	child_does(check_stranger, &expected);
	child_end(stranger.pid);
}
END_TEST

/* Nobody can tell any more who made them, and that is said. */
START_TEST(test_stranger_that_is_dead)
{
	struct expectation expected = {tell_stranger_to_the_end, 4};

	if (!live_enter("test_stranger_that_is_dead", SANDBOX_OBJECTS))
		return;
	start_stranger(make_what_is_used);
	child_does(check_stranger, &expected);
	waitpid(stranger.pid, NULL, 0);
}
END_TEST

static void
make_as_nobody(void)
{
	live_drop_rights();
	api_make(LEAKCHECK_SYSV_SEM);
	api_make(LEAKCHECK_SYSV_MSG);
	api_make(LEAKCHECK_POSIX_SHM);
}

START_TEST(test_stranger_of_another_user)
{
	struct expectation expected = {tell_stranger_to_the_end, 0};

	if (!live_enter("test_stranger_of_another_user", SANDBOX_OBJECTS))
		return;
	if (geteuid() != 0) {
		printf("SKIP test_stranger_of_another_user: needs root\n");
		fflush(stdout);
		return;
	}
	start_stranger(make_as_nobody);
	child_does(check_stranger, &expected);
	waitpid(stranger.pid, NULL, 0);
}
END_TEST

static void
mask_usr1(void)
{
	sigset_t now;

	sigprocmask(SIG_SETMASK, NULL, &now);
	if (sigismember(&now, SIGUSR1) != 1 || sigismember(&now, SIGTERM))
		_exit(1);
	/* To the whole group: the guard has to live through it. */
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
}

START_TEST(test_guarded_process_has_its_signals)
{
	struct leakcheck_leaks *leaks;
	struct leakcheck_options *options;
	sigset_t usr1;
	int status;

	if (!live_enter("test_guarded_process_has_its_signals",
			SANDBOX_OBJECTS))
		return;
	options = api_options();
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_SETMASK, &usr1, NULL);
	leaks = leaks_of(options, mask_usr1, &status);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	leakcheck_leaks_free(leaks);
	leakcheck_options_free(options);
}
END_TEST

/* A time limit kills the guard: what it looks at must not go on. */
START_TEST(test_guarded_process_dies_with_its_guard)
{
	struct leakcheck_guard *guard;
	int pair[2];
	char byte;
	pid_t pid;

	if (!live_enter("test_guarded_process_dies_with_its_guard",
			SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(pipe(pair), 0);
	pid = fork();
	if (pid == 0) {
		guard = new_guard(NULL);
		if (leakcheck_guard_fork(guard, &api_error) == 0 &&
		    write(pair[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(pair[1]);
	ck_assert_int_eq(read(pair[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	/* The end of the file is when nobody has the other end any more. */
	ck_assert_int_eq(read(pair[0], &byte, 1), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	close(pair[0]);
}
END_TEST

Suite *
guard_suite(void)
{
	Suite *suite = suite_create("guard");
	TCase *guards = tcase_create("guards");

	tcase_add_test(guards, test_guard_of_a_part);
	tcase_add_test(guards, test_leaks_are_cut_between_objects);
	tcase_add_test(guards, test_guard_with_a_blind_spot);
	tcase_add_test(guards, test_guard_without_a_leak);
	tcase_add_test(guards, test_guard_of_a_process_that_crashes);
	tcase_add_loop_test(guards, test_guard_waits_for_cleanup, 0,
			    ARRAY_LEN(tidy));
	tcase_add_test(guards, test_guard_does_not_wait_for_ever);
	tcase_add_test(guards, test_guard_waits_for_leaks);
	tcase_add_test(guards, test_stranger_is_not_blamed);
	tcase_add_test(guards, test_stranger_that_is_dead);
	tcase_add_test(guards, test_stranger_of_another_user);
	tcase_add_test(guards, test_guarded_process_has_its_signals);
	tcase_add_test(guards, test_guarded_process_dies_with_its_guard);
	suite_add_tcase(suite, guards);
	return suite;
}
