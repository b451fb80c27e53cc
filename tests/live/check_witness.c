/* SPDX-License-Identifier: MIT */
/* check_witness.c - live: who made what, by the calls of real processes. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/witness.h"
#include "tests/support/live.h"
#include "tests/support/objects.h"

Suite *witness_suite(void);

enum { KILLS = 300, CONTESTS = 200, TURNS = 50 };

static struct witness *witness;
static int proc_dir;
static struct err err;

/* Enter a sandbox and have a witness; or say that it is skipped. */
static bool
start(const char *test)
{
	if (!live_enter(test, SANDBOX_OBJECTS))
		return false;
	proc_dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(proc_dir, 0);
	witness = witness_new(proc_dir, false, &err);
	if (witness)
		return true;
	live_skip(test, err.text);
	return false;
}

static void
renew(void)
{
	witness_free(witness);
	witness = witness_new(proc_dir, false, &err);
	ck_assert_ptr_nonnull(witness);
}

static void
stop(void)
{
	witness_free(witness);
	fd_close(&proc_dir);
}

typedef void witnessed_work(void);

/*
 * In a child with the filter on. What fails the test is its exit status: a
 * failed ck_assert() would write to a file that is opened through the filter.
 */
static pid_t
start_witnessed(witnessed_work *work)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (witness_join(witness))
			_exit(1);
		work();
		_exit(0);
	}
	ck_assert_msg(witness_listen(witness, &err) == 0, "%s", err.text);
	return pid;
}

/* Serve until the last process with the filter has ended. */
static void
serve_all(void)
{
	while (witness_fd(witness) >= 0) {
		struct pollfd ready = {.fd = witness_fd(witness),
				       .events = POLLIN};

		ck_assert_int_eq(poll(&ready, 1, -1), 1);
		if (ready.revents & POLLIN)
			witness_serve(witness);
		else
			witness_stop(witness);
	}
	witness_finish(witness);
}

static void
await_success(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

/* The next set is to have this identifier: since Linux 3.9, per namespace. */
static bool
choose_next_set(const char *id)
{
	CLEANUP_FD int fd =
		open("/proc/sys/kernel/sem_next_id", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && fd_write_all(fd, id, strlen(id)) == 0;
}

static void
make_sets(void)
{
	/* The highest sequence number and index 5. */
	if (!choose_next_set("2147418117") ||
	    semget(IPC_PRIVATE, 1, 0600) != 2147418117 ||
	    semget(IPC_PRIVATE, 2, 0600) < 0 ||
	    semget(IPC_PRIVATE, 3, 0600) < 0)
		_exit(1);
}

/* After some millions of sets the kernel begins anew with small numbers. */
START_TEST(identifiers_that_begin_anew_have_their_makers)
{
	struct snapshot *after;
	pid_t pid;

	if (!start(__func__))
		return;
	if (access("/proc/sys/kernel/sem_next_id", F_OK)) {
		live_skip(__func__, "no CONFIG_CHECKPOINT_RESTORE");
		return;
	}
	pid = start_witnessed(make_sets);
	serve_all();
	await_success(pid);
	after = live_look_for(KIND_BIT(KIND_SYSV_SEM));
	ck_assert_uint_eq(after->objects.count, 3);
	for (size_t i = 0; i < after->objects.count; i++) {
		const struct object *object = &after->objects.items[i];
		struct maker maker;

		ck_assert_msg(witness_maker(witness, object, &maker),
			      "set %d has no maker", object->id);
		ck_assert_int_eq(maker.pid, pid);
	}
	snapshot_free(after);
	stop();
}
END_TEST

static void
try_for_ever(void)
{
	for (;;)
		(void)mkfifo(LIVE_DIR "/there", 0600);
}

/* Kill it at any moment of its calls: @turns only stand for time. */
static pid_t
start_killer(pid_t victim, unsigned turns)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		for (volatile unsigned i = 0; i < turns; i++)
			;
		_exit(kill(victim, SIGKILL) ? 1 : 0);
	}
	return pid;
}

/* What cannot be read of a thread that has been killed is nothing missed. */
START_TEST(a_call_that_ends_while_it_is_looked_at_is_forgotten)
{
	if (!start(__func__))
		return;
	ck_assert_int_eq(mkfifo(LIVE_DIR "/there", 0600), 0);
	for (unsigned round = 0; round < KILLS; round++) {
		pid_t victim = start_witnessed(try_for_ever);
		pid_t killer = start_killer(victim, round * TURNS);

		serve_all();
		await_success(killer);
		ck_assert_int_eq(waitpid(victim, NULL, 0), victim);
		ck_assert_uint_eq(witness_missed(witness, KIND_ALL), 0);
		renew();
	}
	stop();
}
END_TEST

#define CONTESTED LIVE_DIR "/contested"

/* How long another process waits until it removes what is in the way. */
static unsigned contest_turns;

static void
make_when_it_is_gone(void)
{
	pid_t other = fork();

	if (other == 0) {
		for (volatile unsigned i = 0; i < contest_turns; i++)
			;
		_exit(unlink(CONTESTED) ? 1 : 0);
	}
	while (mkfifo(CONTESTED, 0600))
		if (errno != EEXIST)
			_exit(1);
	if (other < 0 || waitpid(other, NULL, 0) != other)
		_exit(1);
}

static void
make_and_make_when_it_is_gone(void)
{
	if (mkfifo(CONTESTED, 0600))
		_exit(1);
	make_when_it_is_gone();
}

static void
check_contested(pid_t pid)
{
	const struct object fifo = object_at(KIND_FIFO, CONTESTED);
	struct maker maker;

	ck_assert(!witness_was_there(witness, &fifo));
	ck_assert(witness_maker(witness, &fifo, &maker));
	ck_assert_int_eq(maker.pid, pid);
}

/*
 * The witness looks, then the old one is removed, then the call is done: what
 * is there then is new. The old one is a stranger's in every other round.
 */
START_TEST(what_is_removed_in_time_is_not_in_the_way)
{
	if (!start(__func__))
		return;
	for (unsigned round = 0; round < CONTESTS; round++) {
		bool is_strange = round % 2;
		pid_t pid;

		contest_turns = round * TURNS;
		if (is_strange)
			ck_assert_int_eq(mkfifo(CONTESTED, 0600), 0);
		pid = start_witnessed(is_strange
					      ? make_when_it_is_gone
					      : make_and_make_when_it_is_gone);
		serve_all();
		await_success(pid);
		check_contested(pid);
		ck_assert_int_eq(unlink(CONTESTED), 0);
		renew();
	}
	stop();
}
END_TEST

static void
try_and_rename(void)
{
	if (mkfifo(CONTESTED, 0600) == 0 || errno != EEXIST ||
	    rename(CONTESTED, CONTESTED "-too"))
		_exit(1);
}

START_TEST(what_was_there_has_no_maker_under_any_name)
{
	struct object fifo;
	struct maker maker;
	pid_t pid;

	if (!start(__func__))
		return;
	ck_assert_int_eq(mkfifo(CONTESTED, 0600), 0);
	pid = start_witnessed(try_and_rename);
	serve_all();
	await_success(pid);
	fifo = object_at(KIND_FIFO, CONTESTED "-too");
	ck_assert(witness_was_there(witness, &fifo));
	ck_assert(!witness_maker(witness, &fifo, &maker));
	stop();
}
END_TEST

Suite *
witness_suite(void)
{
	Suite *suite = suite_create("witness");
	TCase *tests = tcase_create("witness");

	tcase_add_test(tests, identifiers_that_begin_anew_have_their_makers);
	tcase_add_test(tests,
		       a_call_that_ends_while_it_is_looked_at_is_forgotten);
	tcase_add_test(tests, what_is_removed_in_time_is_not_in_the_way);
	tcase_add_test(tests, what_was_there_has_no_maker_under_any_name);
	suite_add_tcase(suite, tests);
	return suite;
}
