/* SPDX-License-Identifier: MIT */
/*
 * check_tracer_start.c - live: how a traced program starts, what is said when
 * it cannot, and when the tracer stops to wait for it.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "harness/tracer/filter.h"
#include "tests/support/live.h"
#include "tests/support/traced.h"

Suite *tracer_start_suite(void);

static struct traced traced;

static void
clean_up(void)
{
	traced_free(&traced);
	traced_end();
}

/* Run actor, with an order for its shmget(2). */
static void
act(const char *what, enum traced_what order, int value)
{
	traced.arguments[0] = "actor";
	traced.arguments[1] = what;
	traced.orders[0] = (struct traced_order) {"shmget", 1, order, value};
	traced_run(&traced);
}

START_TEST(starts_as_a_shell_does)
{
	TRACED_BEGIN();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	/* What who runs the tests had open. */
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	act("self", TRACED_NOTHING, 0);
	CHECK_EXIT(&traced, 0);
	act("close-all", TRACED_NOTHING, 0);
	CHECK_EXIT(&traced, 0);
	CHECK_COUNT(&traced, "enter shm", 2);
}
END_TEST

static void
none_is_left(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}

START_TEST(time_is_up)
{
	TRACED_BEGIN();
	traced.limit_ms = 1;
	act("sleep", TRACED_NOTHING, 0);
	ck_assert_int_eq(traced.end, TRACER_TIME_UP);
	act("loop", TRACED_NOTHING, 0);
	ck_assert_int_eq(traced.end, TRACER_TIME_UP);
	none_is_left();
}
END_TEST

/* Without CAP_SYS_ADMIN a filter takes PR_SET_NO_NEW_PRIVS. */
START_TEST(needs_no_rights)
{
	TRACED_BEGIN();
	live_drop_rights();
	if (access(traced_program("actor"), X_OK)) {
		live_skip(__func__, "nobody may not enter the build's folder");
		return;
	}
	/* As if started by that user: PR_SET_DUMPABLE(2const) */
	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 1), 0);
	act("get", TRACED_WATCH, 0);
	CHECK_EXIT(&traced, 0);
}
END_TEST

static struct tracer *
new_tracer(void)
{
	static const struct tracer_hooks none;
	struct err err;
	struct tracer *tracer = tracer_new(&none, NULL, &err);

	ck_assert_msg(tracer != NULL, "%s", err.text);
	return tracer;
}

static enum tracer_start
start(struct tracer *tracer, const char *program, struct err *err)
{
	char *argv[] = {(char *)program, (char *)"sleep", NULL};
	const struct tracer_settings settings = {.argv = argv,
						 .output = 1,
						 .error = 2,
						 .proc_dir = traced_proc()};

	return tracer_start(tracer, &settings, err);
}

START_TEST(wakes_for_input)
{
	struct tracer *tracer;
	struct err err;
	struct pollfd wake = {.events = POLLIN};

	TRACED_BEGIN();
	tracer = new_tracer();
	wake.fd = eventfd(1, EFD_CLOEXEC);
	ck_assert_int_eq(start(tracer, traced_program("actor"), &err),
			 TRACER_RUNS);
	ck_assert_int_eq(tracer_run(tracer, INT64_MAX, false, &wake, 1, &err),
			 TRACER_WOKEN);
	ck_assert_int_eq(wake.revents, POLLIN);
	ck_assert_uint_eq(tracer_alive(tracer), 1);
	tracer_kill_all(tracer);
	ck_assert_int_eq(tracer_run(tracer, INT64_MAX, false, NULL, 0, &err),
			 TRACER_ALL_DEAD);
	tracer_free(tracer);
	close(wake.fd);
}
END_TEST

START_TEST(has_its_own_session)
{
	char *argv[] = {NULL, (char *)"session", NULL};
	struct tracer_settings settings = {
		.argv = argv, .output = 1, .error = 2, .own_session = true};
	struct tracer *tracer;
	struct err err;
	int status = -1;

	TRACED_BEGIN();
	tracer = new_tracer();
	argv[0] = (char *)traced_program("actor");
	settings.proc_dir = traced_proc();
	ck_assert_int_eq(tracer_start(tracer, &settings, &err), TRACER_RUNS);
	ck_assert_int_eq(tracer_run(tracer, INT64_MAX, false, NULL, 0, &err),
			 TRACER_ALL_DEAD);
	ck_assert(tracer_main_status(tracer, &status));
	ck_assert_int_eq(status, 0);
	tracer_free(tracer);
	/* A descriptor that is none. */
	tracer = new_tracer();
	settings.input = -1;
	ck_assert_int_eq(tracer_start(tracer, &settings, &err), TRACER_FAILED);
	ck_assert_int_eq(err.code, EBADF);
	tracer_free(tracer);
	none_is_left();
}
END_TEST

START_TEST(says_what_cannot_run)
{
	struct tracer *tracer;
	struct err err;

	TRACED_BEGIN();
	tracer = new_tracer();
	ck_assert_int_eq(start(tracer, "/nowhere", &err), TRACER_NOT_EXECUTED);
	ck_assert_int_eq(err.code, ENOENT);
	ck_assert_str_eq(err.text,
			 "cannot run /nowhere: No such file or directory");
	tracer_free(tracer);
	tracer = new_tracer();
	ck_assert_int_eq(start(tracer, "/dev/null", &err), TRACER_NOT_EXECUTED);
	ck_assert_int_eq(err.code, EACCES);
	tracer_free(tracer);
}
END_TEST

/* A script without a first line that says of what. */
static void
write_script(const char *path, mode_t mode)
{
	static const char text[] = "exit $((40 + $#))\n";
	CLEANUP_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	ck_assert_int_eq(fd_write_all(fd, text, sizeof(text) - 1), 0);
	ck_assert_int_eq(fchmod(fd, mode), 0);
}

/* In the sandbox's own /dev/shm. */
static void
write_scripts(void)
{
	ck_assert_int_eq(mkdir("/dev/shm/first", 0700), 0);
	ck_assert_int_eq(mkdir("/dev/shm/first/folder", 0700), 0);
	ck_assert_int_eq(mkdir("/dev/shm/second", 0700), 0);
	write_script("/dev/shm/first/refused", 0600);
	write_script("/dev/shm/first/both", 0600);
	write_script("/dev/shm/second/both", 0700);
	write_script("/dev/shm/second/script", 0700);
	ck_assert_int_eq(chdir("/dev/shm/second"), 0);
}

/* Returns the exit status, or -errno when it cannot be executed. */
static int
execute(char **argv)
{
	int pair[2];
	int code = 0;
	int status;
	pid_t pid;

	ck_assert_int_eq(pipe2(pair, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		code = errno;
		_exit(write(pair[1], &code, sizeof(code)) < 0);
	}
	close(pair[1]);
	ck_assert_int_ge((int)read(pair[0], &code, sizeof(code)), 0);
	close(pair[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return code ? -code : WEXITSTATUS(status);
}

static int
execute_traced(char **argv)
{
	const struct tracer_settings settings = {.argv = argv,
						 .output = 1,
						 .error = 2,
						 .proc_dir = traced_proc()};
	struct tracer *tracer = new_tracer();
	struct err err;
	int status = 0;
	enum tracer_start started = tracer_start(tracer, &settings, &err);

	if (started == TRACER_RUNS) {
		ck_assert_int_eq(
			tracer_run(tracer, INT64_MAX, false, NULL, 0, &err),
			TRACER_ALL_DEAD);
		ck_assert(tracer_main_status(tracer, &status));
	}
	tracer_free(tracer);
	return started == TRACER_RUNS ? WEXITSTATUS(status) : -err.code;
}

static char too_long[NAME_MAX + 2];

static const struct {
	const char *path; /* NULL: not set */
	const char *name;
	int result;
} searched[] = {
	{"/nowhere:/dev/shm/second", "script", 42},
	{"/dev/shm/second/script:/dev/shm/second", "script", 42},
	{"/dev/shm/first:/dev/shm/second", "both", 42},
	{"/dev/shm/first:/nowhere", "refused", -EACCES},
	{"/dev/shm/first:/dev/shm/second", "folder", -EACCES},
	{"/nowhere:/dev/shm/first", "script", -ENOENT},
	{"", "script", 42},
	{"/nowhere:", "script", 42},
	{":/nowhere", "script", 42},
	{"/nowhere::/nowhere", "script", 42},
	{"/dev/shm/second", "", -ENOENT},
	{"/dev/shm/second", too_long, -ENAMETOOLONG},
	{"/nowhere", "./script", 42},
	{"/dev/shm/second", "/nowhere/script", -ENOENT},
	{NULL, "true", 0},
	{NULL, "both", -ENOENT},
};

START_TEST(finds_what_execvp_finds)
{
	TRACED_BEGIN();
	write_scripts();
	memset(too_long, 'x', sizeof(too_long) - 1);
	for (size_t i = 0; i < ARRAY_LEN(searched); i++) {
		char *argv[] = {(char *)searched[i].name, (char *)"a",
				(char *)"b", NULL};

		if (searched[i].path)
			setenv("PATH", searched[i].path, 1);
		else
			unsetenv("PATH");
		ck_assert_msg(execute(argv) == searched[i].result, "%zu: %d", i,
			      execute(argv));
		ck_assert_msg(execute_traced(argv) == searched[i].result,
			      "%zu: %d", i, execute_traced(argv));
	}
}
END_TEST

/* Until it executes it has our memory: nothing of that may change. */
START_TEST(leaves_our_memory_alone)
{
	char *argv[] = {(char *)"nowhere", NULL};

	TRACED_BEGIN();
	setenv("PATH", "/nowhere:/dev/null:/dev", 1);
	setenv("ASAN_OPTIONS", "verbosity=0", 1);
	unsetenv("LSAN_OPTIONS");
	signal(SIGUSR1, SIG_IGN);
	ck_assert_int_eq(execute_traced(argv), -ENOENT);
	ck_assert_str_eq(getenv("ASAN_OPTIONS"), "verbosity=0");
	ck_assert_ptr_null(getenv("LSAN_OPTIONS"));
	ck_assert_ptr_eq(signal(SIGUSR1, SIG_DFL), SIG_IGN);
}
END_TEST

/* As a container or a hardened host does. */
static void
refuse(int number)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);

	seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, geteuid() != 0);
	ck_assert_int_eq(
		seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), number, 0), 0);
	ck_assert_int_eq(seccomp_load(context), 0);
	seccomp_release(context);
}

START_TEST(says_what_is_refused)
{
	struct tracer *tracer;
	struct err err;

	TRACED_BEGIN();
	tracer = new_tracer();
	refuse(SYS_ptrace);
	ck_assert_int_eq(start(tracer, traced_program("actor"), &err),
			 TRACER_REFUSED);
	ck_assert_ptr_nonnull(strstr(err.text, "--cap-add=SYS_PTRACE"));
	tracer_free(tracer);
	none_is_left();
}
END_TEST

START_TEST(knows_supervisors)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);

	TRACED_BEGIN();
	ck_assert(!tracer_is_filtered());
	refuse(SYS_personality);
	ck_assert(!tracer_is_filtered());
	ck_assert_int_eq(
		seccomp_rule_add(context, SCMP_ACT_NOTIFY, SYS_mknod, 0), 0);
	ck_assert_int_eq(seccomp_load(context), 0);
	seccomp_release(context);
	ck_assert(tracer_is_filtered());
	none_is_left();
}
END_TEST

START_TEST(says_that_the_filter_is_refused)
{
	struct tracer *tracer;
	struct err err;
	CLEANUP_FILTER struct tracer_filter *filter = filter_new(NULL, 0, &err);
	char *argv[] = {(char *)"true", NULL};
	struct tracer_settings settings = {
		.argv = argv, .filter = filter, .output = 1, .error = 2};

	TRACED_BEGIN();
	settings.proc_dir = traced_proc();
	tracer = new_tracer();
	refuse(SYS_seccomp);
	ck_assert_int_eq(tracer_start(tracer, &settings, &err), TRACER_REFUSED);
	ck_assert_ptr_nonnull(strstr(err.text, "seccomp"));
	ck_assert_uint_eq(tracer_alive(tracer), 0);
	tracer_free(tracer);
	none_is_left();
}
END_TEST

/* What others have as their child is not reaped. */
START_TEST(leaves_quiet_children_alone)
{
	pid_t pid;
	int status;

	TRACED_BEGIN();
	pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(9);
	act("get", TRACED_NOTHING, 0);
	ck_assert_int_eq(waitpid(pid, &status, __WALL), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 9);
}
END_TEST

Suite *
tracer_start_suite(void)
{
	const TTest *const tests[] = {
		starts_as_a_shell_does,
		time_is_up,
		needs_no_rights,
		wakes_for_input,
		has_its_own_session,
		says_what_cannot_run,
		finds_what_execvp_finds,
		leaves_our_memory_alone,
		says_what_is_refused,
		knows_supervisors,
		says_that_the_filter_is_refused,
		leaves_quiet_children_alone,
	};
	Suite *suite = suite_create("tracer_start");
	TCase *tcase = tcase_create("start and wait");

	tcase_add_checked_fixture(tcase, NULL, clean_up);
	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
