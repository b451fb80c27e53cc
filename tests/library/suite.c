/* SPDX-License-Identifier: MIT */
/*
 * suite.c - tests of which some leak, to see what leakcheck_check.h makes of
 * them. A TCase each; CK_RUN_CASE picks one. tests/cli/library.bats compiles it
 * like a user's program and knows how each has to end.
 */
#include <errno.h>
#include <fcntl.h>
#include <leakcheck/leakcheck_check.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { MODE = 0600, BYTES = 4096, LATE_PIPE = 2 };

static int
make_segment(void)
{
	int id = shmget(IPC_PRIVATE, BYTES, IPC_CREAT | MODE);

	ck_assert_int_ge(id, 0);
	return id;
}

static void
remove_segment(int id)
{
	ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
}

static const char *
in_directory(const char *name)
{
	static char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];

	ck_assert_int_lt(
		snprintf(path, sizeof(path), "%s/%s", getenv("TMPDIR"), name),
		(int)sizeof(path));
	return path;
}

static void
bind_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	ck_assert_int_eq(
		bind(fd, (const struct sockaddr *)&address, sizeof(address)),
		0);
	close(fd);
}

/* One of each kind. */
static void
make_all(int *segment, int *set, int *queue)
{
	*segment = make_segment();
	*set = semget(IPC_PRIVATE, 2, IPC_CREAT | MODE);
	*queue = msgget(IPC_PRIVATE, IPC_CREAT | MODE);
	ck_assert(*set >= 0 && *queue >= 0);
	ck_assert_int_ge(shm_open("/suite", O_CREAT | O_EXCL | O_RDWR, MODE),
			 0);
	ck_assert(sem_open("/suite", O_CREAT | O_EXCL, MODE, 1) != SEM_FAILED);
	ck_assert_int_ge(
		mq_open("/suite", O_CREAT | O_EXCL | O_RDWR, MODE, NULL), 0);
	ck_assert_int_eq(mkfifo(in_directory("fifo"), MODE), 0);
	bind_socket(in_directory("socket"));
}

START_TEST(test_tidy)
{
	int segment, set, queue;

	make_all(&segment, &set, &queue);
	remove_segment(segment);
	ck_assert_int_eq(semctl(set, 0, IPC_RMID), 0);
	ck_assert_int_eq(msgctl(queue, IPC_RMID, NULL), 0);
	ck_assert_int_eq(shm_unlink("/suite"), 0);
	ck_assert_int_eq(sem_unlink("/suite"), 0);
	ck_assert_int_eq(mq_unlink("/suite"), 0);
	ck_assert_int_eq(unlink(in_directory("fifo")), 0);
	ck_assert_int_eq(unlink(in_directory("socket")), 0);
}
END_TEST

START_TEST(test_leaks_all)
{
	int segment, set, queue;

	make_all(&segment, &set, &queue);
}
END_TEST

START_TEST(test_leaks_one)
{
	make_segment();
}
END_TEST

START_TEST(test_leaks_many)
{
	for (int i = 0; i < 200; i++)
		make_segment();
}
END_TEST

START_TEST(test_crashes)
{
	make_segment();
	raise(SIGKILL);
}
END_TEST

START_TEST(test_fails)
{
	make_segment();
	ck_assert_msg(0, "this is wrong");
}
END_TEST

START_TEST(test_hangs)
{
	make_segment();
	for (;;)
		pause();
}
END_TEST

/* In the mode without forks only this one ends the runner: not run there. */
START_TEST(test_exits)
{
	exit(1);
}
END_TEST

START_TEST(test_exits_and_leaks)
{
	make_segment();
	exit(1);
}
END_TEST

START_TEST(test_raises)
{
	raise(SIGUSR1);
}
END_TEST

START_TEST(test_raises_and_leaks)
{
	make_segment();
	raise(SIGTERM);
}
END_TEST

static int to_remove = -1;

static void
remove_at_exit(void)
{
	shmctl(to_remove, IPC_RMID, NULL);
}

START_TEST(test_removes_at_exit)
{
	to_remove = make_segment();
	atexit(remove_at_exit);
}
END_TEST

/* By a child that nobody waits for, when the teardown lets it. */
static int late[LATE_PIPE] = {-1, -1};

START_TEST(test_removes_late)
{
	int id = make_segment();
	char byte;

	ck_assert_int_eq(pipe(late), 0);
	if (fork() > 0)
		return;
	close(late[1]);
	(void)!read(late[0], &byte, 1);
	shmctl(id, IPC_RMID, NULL);
	_exit(0);
}
END_TEST

static void
let_late_child_go(void)
{
	close(late[0]);
	close(late[1]);
}

START_TEST(test_child_leaks)
{
	pid_t pid = fork();

	if (pid == 0) {
		make_segment();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

/* A fixture's object is its own matter, as long as it removes it. */
static int from_fixture = -1;

static void
set_up(void)
{
	from_fixture = make_segment();
}

static void
tear_down(void)
{
	remove_segment(from_fixture);
}

START_TEST(test_uses_fixture)
{
	void *memory = shmat(from_fixture, NULL, 0);

	ck_assert_msg(memory != (void *)-1, "no segment: %s", strerror(errno));
	shmdt(memory);
}
END_TEST

START_TEST(test_uses_and_leaks)
{
	test_uses_fixture_fn(_i);
	make_segment();
}
END_TEST

START_TEST(test_has_no_more_rights)
{
	const char *path = in_directory("secret");
	int fd = open(path, O_CREAT | O_RDWR, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(open(path, O_RDONLY), -1);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

enum how { PLAIN, SHARED };

static TCase *
add_case(Suite *suite, const char *name, enum how how)
{
	TCase *tcase = tcase_create(name);

	if (how == SHARED)
		leakcheck_check_add_shared(tcase);
	else
		leakcheck_check_add(tcase);
	suite_add_tcase(suite, tcase);
	return tcase;
}

static void
add_plain(Suite *suite)
{
	static const struct {
		const char *name;
		const TTest *const *test;
	} rows[] = {
		{"tidy", &test_tidy},
		{"all", &test_leaks_all},
		{"one", &test_leaks_one},
		{"many", &test_leaks_many},
		{"crash", &test_crashes},
		{"failure", &test_fails},
		{"at-exit", &test_removes_at_exit},
		{"child", &test_child_leaks},
		{"rights", &test_has_no_more_rights},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tcase_add_test(add_case(suite, rows[i].name, PLAIN),
			       *rows[i].test);
}

static void
add_special(Suite *suite)
{
	TCase *tcase = add_case(suite, "late", PLAIN);

	tcase_add_checked_fixture(tcase, NULL, let_late_child_go);
	tcase_add_test(tcase, test_removes_late);

	tcase = add_case(suite, "hang", PLAIN);
	tcase_set_timeout(tcase, 0.3);
	tcase_add_test(tcase, test_hangs);

	tcase_add_exit_test(add_case(suite, "exit", PLAIN), test_exits, 1);
	tcase_add_exit_test(add_case(suite, "exit-leak", PLAIN),
			    test_exits_and_leaks, 1);
	tcase_add_test_raise_signal(add_case(suite, "raise", PLAIN),
				    test_raises, SIGUSR1);
	tcase_add_test_raise_signal(add_case(suite, "raise-leak", PLAIN),
				    test_raises_and_leaks, SIGTERM);

	tcase = add_case(suite, "fixture", PLAIN);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, test_uses_fixture);

	tcase = add_case(suite, "careless-fixture", PLAIN);
	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, test_uses_fixture);

	tcase = add_case(suite, "outside", PLAIN);
	tcase_add_unchecked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, test_uses_fixture);

	tcase = add_case(suite, "shared", SHARED);
	tcase_add_unchecked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, test_uses_fixture);

	tcase = add_case(suite, "shared-leak", SHARED);
	tcase_add_unchecked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, test_uses_and_leaks);
}

int
main(void)
{
	Suite *suite = suite_create("suite");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_plain(suite);
	add_special(suite);
	srunner_run_all(runner, CK_VERBOSE);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
