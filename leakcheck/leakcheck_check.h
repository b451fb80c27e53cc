/* SPDX-License-Identifier: MIT */
/*
 * leakcheck_check.h - for tests written with Check (libcheck.github.io/check):
 * one line makes every test of a TCase fail that leaves an IPC object behind.
 *
 *	TCase *tcase = tcase_create("pool");
 *
 *	leakcheck_check_add(tcase);	(before other fixtures)
 *	tcase_add_checked_fixture(tcase, setup, teardown);
 *	tcase_add_test(tcase, test_pool);
 *
 *	leakcheck_check.h:155:F:pool:test_pool:0: leaked sysv-shm 7 (key
 *	0x00000000, 4096 bytes, mode 0600, nattch 0)
 *
 * Compile and link with `pkg-config --cflags --libs leakcheck check`. There is
 * nothing else to do; how it works, and where its limits are:
 *
 * CK_FORK=yes, which is Check's default. The test runs in a child of the
 * process that Check has forked, and that process looks what is left when the
 * test is dead: after all teardowns and exit handlers, after exit() in a test
 * (tcase_add_exit_test) and also after a signal. Processes that the test leaves
 * are waited for, up to a second: they may still clean up, or leave more. All
 * of them are in IPC and mount namespaces of their own with an empty /dev/shm.
 * So what others do is not blamed on the test, and nothing of it stays on the
 * machine, not even when it crashes or runs into Check's time limit. The test
 * keeps its user and its privileges, but set-user-ID programs do not work in
 * there, and it is not the leader of its process group. A test that fails with
 * a message of its own keeps that; what it also leaked is then not told.
 *
 * Where the kernel or a container refuses such namespaces, the test is watched
 * on the host, and that is told once on stderr. Objects that a process made
 * which is known not to be the test's are not blamed then. Where the maker is
 * not known, what has appeared during the test and belongs to its user is
 * blamed, and the message says "perhaps".
 *
 * CK_FORK=no, for debuggers. Tests run in the runner itself, which cannot be
 * moved into namespaces, so they are watched on the host as above. What a
 * teardown has not removed is a leak here, even if an exit handler would.
 *
 * In private namespaces a test does not see the segments, semaphores and
 * queues that were made before it, in an unchecked fixture, main() or another
 * program. If it needs them, use leakcheck_check_add_shared(): that always
 * watches on the host. A checked fixture that was added before
 * leakcheck_check_add() runs outside of the namespaces: do not do that.
 *
 * FIFOs and socket paths are looked for in the usual directories only
 * (leakcheck(3)), and no namespace tells whose they are.
 *
 * A test that is expected to end by a signal (tcase_add_test_raise_signal), and
 * does, and leaks, fails with "Early exit with return value 99": Check has no
 * place for a message there, so it is on stderr.
 */
#ifndef LEAKCHECK_CHECK_H
#define LEAKCHECK_CHECK_H

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leakcheck/leakcheck.h"

enum {
	LEAKCHECK_CHECK_MESSAGE_BYTES = 3000, /* Check takes 4096 at most */
	LEAKCHECK_CHECK_STATUS = 99,	      /* no test expects it */
	LEAKCHECK_CHECK_OTHER_STATUS = 98     /* but if one does */
};

/* What was said already, in all processes: one mapping for all of them. */
struct leakcheck_check_told {
	bool refusal;
	bool blind_spots;
};

/* One for each source file that includes this. */
static struct {
	struct leakcheck_check_told *told;
	pid_t runner; /* whoever has another pid was forked for a test */
	bool refused;
	struct leakcheck_error refusal;
	struct leakcheck_guard *guard; /* CK_FORK=no: of the test that runs */
} leakcheck_check;

static inline void
leakcheck_check_tell(bool *told, const char *text)
{
	if (!*told)
		fprintf(stderr, "leakcheck: %s\n", text);
	*told = true;
}

static inline void
leakcheck_check_tell_refusal(void)
{
	char text[LEAKCHECK_CHECK_MESSAGE_BYTES];

	snprintf(text, sizeof(text), "tests are watched on the host: %s",
		 leakcheck_check.refusal.message);
	leakcheck_check_tell(&leakcheck_check.told->refusal, text);
}

static inline void
leakcheck_check_tell_blind_spots(const struct leakcheck_snapshot *snapshot)
{
	const struct leakcheck_blind_spot *spot =
		leakcheck_snapshot_blind_spot(snapshot, 0);
	char text[LEAKCHECK_CHECK_MESSAGE_BYTES];
	char first[LEAKCHECK_CHECK_MESSAGE_BYTES / 2];
	char others[64] = "";
	size_t count = 0;

	if (!spot)
		return;
	while (leakcheck_snapshot_blind_spot(snapshot, count))
		count++;
	leakcheck_blind_spot_format(spot, first, sizeof(first));
	if (count > 1)
		snprintf(others, sizeof(others), "; and %zu more", count - 1);
	snprintf(text, sizeof(text), "not looked at: %s%s", first, others);
	leakcheck_check_tell(&leakcheck_check.told->blind_spots, text);
}

/* End like a process with that wait status. Its core is on disk already. */
static inline void
leakcheck_check_end_like(int status)
{
	const struct rlimit no_core = {0, 0};
	sigset_t others;

	if (WIFSIGNALED(status)) {
		setrlimit(RLIMIT_CORE, &no_core);
		signal(WTERMSIG(status), SIG_DFL);
		sigfillset(&others);
		sigdelset(&others, WTERMSIG(status));
		sigprocmask(SIG_SETMASK, &others, NULL);
		kill(getpid(), WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}

/*
 * Make the test fail, whatever it was expected to end with. Check's way to send
 * a message ends the process with status 1, which may be just that.
 */
static inline void
leakcheck_check_fail(int status, const char *message)
{
	pid_t pid = fork();

	if (pid == 0)
		ck_abort_msg("%s", message);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (WIFSIGNALED(status))
		fprintf(stderr, "leakcheck: %s\n", message);
	_exit(WIFEXITED(status) && WEXITSTATUS(status) == LEAKCHECK_CHECK_STATUS
		      ? LEAKCHECK_CHECK_OTHER_STATUS
		      : LEAKCHECK_CHECK_STATUS);
}

/* How the test ended, if not as usual: "received signal 9 (Killed) and ". */
static inline size_t
leakcheck_check_add_end(int status, char *into, size_t size)
{
	if (WIFSIGNALED(status))
		return (size_t)snprintf(
			into, size, "received signal %d (%s) and ",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) != 0)
		return (size_t)snprintf(into, size,
					"exited with status %d and ",
					WEXITSTATUS(status));
	return 0;
}

/* The life of the process that Check has forked: see the test to its end. */
static inline void
leakcheck_check_watch(struct leakcheck_guard *guard)
{
	char message[LEAKCHECK_CHECK_MESSAGE_BYTES];
	struct leakcheck_error error;
	struct leakcheck_leaks *leaks;
	size_t used;
	int status = 0;

	leaks = leakcheck_guard_finish(guard, &status, &error);
	if (!leaks)
		leakcheck_check_fail(status, error.message);
	leakcheck_check_tell_blind_spots(leakcheck_leaks_snapshot(leaks));
	if (leakcheck_leaks_count(leaks) == 0)
		leakcheck_check_end_like(status);
	used = leakcheck_check_add_end(status, message, sizeof(message));
	leakcheck_leaks_format(leaks, message + used, sizeof(message) - used);
	leakcheck_check_fail(status, message);
}

/* Runs in the runner itself, before the tests of a TCase. */
static inline void
leakcheck_check_prepare(void)
{
	if (!leakcheck_check.told) {
		void *page = mmap(NULL, sizeof(*leakcheck_check.told),
				  PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED)
			ck_abort_msg("leakcheck: no memory");
		leakcheck_check.told = (struct leakcheck_check_told *)page;
	}
	leakcheck_check.runner = getpid();
	leakcheck_check.refused =
		leakcheck_can_isolate(&leakcheck_check.refusal) != 0;
}

/*
 * Before each test, in the process where it is to run. In a forked one only the
 * child of leakcheck_guard_fork() returns.
 */
static inline void
leakcheck_check_start(bool isolate)
{
	struct leakcheck_options *options = leakcheck_options_new();
	struct leakcheck_guard *guard = NULL;
	struct leakcheck_error error;
	bool forked = getpid() != leakcheck_check.runner;
	pid_t pid = 0;

	if (forked && isolate && leakcheck_check.refused)
		leakcheck_check_tell_refusal();
	if (!forked || !isolate || leakcheck_check.refused ||
	    leakcheck_isolate(options, &error) == 0)
		guard = leakcheck_guard_new(options, &error);
	leakcheck_options_free(options);
	if (guard && forked)
		pid = leakcheck_guard_fork(guard, &error);
	if (!guard || pid < 0)
		ck_abort_msg("leakcheck: %s", error.message);
	if (pid > 0)
		leakcheck_check_watch(guard);
	if (forked) {
		leakcheck_guard_free(guard);
		return;
	}
	/* One may be there from a test whose fixtures failed. */
	leakcheck_guard_free(leakcheck_check.guard);
	leakcheck_check.guard = guard;
}

static inline void
leakcheck_check_setup(void)
{
	leakcheck_check_start(true);
}

static inline void
leakcheck_check_setup_shared(void)
{
	leakcheck_check_start(false);
}

/* CK_FORK=no: after each test. Not in a child that it has forked. */
static inline void
leakcheck_check_teardown(void)
{
	char message[LEAKCHECK_CHECK_MESSAGE_BYTES] = "";
	struct leakcheck_guard *guard = leakcheck_check.guard;
	struct leakcheck_error error;
	struct leakcheck_leaks *leaks;

	if (!guard || getpid() != leakcheck_check.runner)
		return;
	leakcheck_check.guard = NULL;
	leaks = leakcheck_guard_finish(guard, NULL, &error);
	leakcheck_guard_free(guard);
	if (!leaks)
		ck_abort_msg("leakcheck: %s", error.message);
	leakcheck_check_tell_blind_spots(leakcheck_leaks_snapshot(leaks));
	leakcheck_leaks_format(leaks, message, sizeof(message));
	leakcheck_leaks_free(leaks);
	if (message[0])
		ck_abort_msg("%s", message);
}

/*
 * Every test of @tcase fails that leaves an IPC object behind. Call it before
 * other checked fixtures are added.
 */
static inline void
leakcheck_check_add(TCase *tcase)
{
	tcase_add_unchecked_fixture(tcase, leakcheck_check_prepare, NULL);
	tcase_add_checked_fixture(tcase, leakcheck_check_setup,
				  leakcheck_check_teardown);
}

/* The same for tests that need objects from outside: never isolated. */
static inline void
leakcheck_check_add_shared(TCase *tcase)
{
	tcase_add_unchecked_fixture(tcase, leakcheck_check_prepare, NULL);
	tcase_add_checked_fixture(tcase, leakcheck_check_setup_shared,
				  leakcheck_check_teardown);
}

#endif
