/* SPDX-License-Identifier: MIT */
/*
 * check_sandbox.c - live: what is in a sandbox is apart from the host, and its
 * pid 1 sees to it that nothing outlives it.
 */
#include <check.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "tests/support/live.h"

Suite *sandbox_suite(void);

enum { SHORT_MS = 20, MQUEUE_MAGIC = 0x19800202 };

static struct sandbox_init init;
static struct err err;

/* Enter, and have pid 1; or say that it is skipped. */
static bool
start(const char *test)
{
	init = SANDBOX_INIT_NONE;
	if (!live_enter(test, SANDBOX_PROCESSES))
		return false;
	ck_assert_msg(sandbox_init_start(&init, &err) == 0, "%s", err.text);
	return true;
}

/* A process of the sandbox whose parent is dead. */
struct orphan {
	int release; /* it ends when this is written to */
	int alive;   /* end of file when it is dead */
};

static void NORETURN
be_orphan(int release)
{
	char byte;

	/* libcheck's handler would pass it on to the whole group. */
	signal(SIGTERM, SIG_DFL);
	if (fork() == 0)
		(void)!read(release, &byte, 1);
	_exit(0);
}

static struct orphan
make_orphan(void)
{
	int release[2];
	int alive[2];
	int status;
	pid_t pid;

	ck_assert_int_eq(pipe2(release, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(alive, O_CLOEXEC), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		close(release[1]);
		close(alive[0]);
		be_orphan(release[0]);
	}
	close(release[0]);
	close(alive[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	return (struct orphan) {release[1], alive[0]};
}

static bool
is_dead(const struct orphan *orphan)
{
	struct pollfd end = {.fd = orphan->alive};

	return poll(&end, 1, 0) == 1;
}

static void
await_death(const struct orphan *orphan)
{
	char byte;

	ck_assert_int_eq(read(orphan->alive, &byte, 1), 0);
}

static void
release(const struct orphan *orphan)
{
	ck_assert_int_eq(write(orphan->release, "", 1), 1);
}

static int
drain(int64_t limit_ms)
{
	int result =
		sandbox_init_drain(&init, clock_deadline_ns(limit_ms), &err);

	ck_assert_msg(result >= 0, "%s", err.text);
	return result;
}

static ino_t namespace(const char *file)
{
	struct stat status;

	ck_assert_int_eq(stat(file, &status), 0);
	return status.st_ino;
}

/* In a child: make things in the sandbox that must not show outside. */
static void NORETURN
make_and_leave(key_t key, const char *shm)
{
	int fd;

	if (!live_enter("apart_from_the_host", SANDBOX_OBJECTS))
		_exit(77);
	fd = open(shm, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	_exit(fd >= 0 && shmget(key, 1, IPC_CREAT | IPC_EXCL | 0600) >= 0 ? 0
									  : 1);
}

START_TEST(apart_from_the_host)
{
	char shm[64];
	key_t key = getpid();
	int status;
	pid_t pid;

	snprintf(shm, sizeof(shm), "/dev/shm/check_sandbox.%d", getpid());
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		make_and_leave(key, shm);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		return;
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_int_eq(access(shm, F_OK), -1);
	ck_assert_int_eq(shmget(key, 0, 0), -1);
}
END_TEST

START_TEST(who_enters_stays_who_it_is)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	ino_t ipc = namespace("/proc/self/ns/ipc");
	ino_t mounts = namespace("/proc/self/ns/mnt");
	ino_t pids = namespace("/proc/self/ns/pid");
	struct statfs status;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_uint_eq(geteuid(), uid);
	ck_assert_uint_eq(getegid(), gid);
	ck_assert_uint_ne(namespace("/proc/self/ns/ipc"), ipc);
	ck_assert_uint_ne(namespace("/proc/self/ns/mnt"), mounts);
	ck_assert_uint_eq(namespace("/proc/self/ns/pid"), pids);
	ck_assert_uint_eq(namespace("/proc/self/ns/pid_for_children"), pids);
	if (statfs("/dev/mqueue", &status) == 0)
		ck_assert_int_eq(status.f_type, MQUEUE_MAGIC);
}
END_TEST

static void NORETURN
mount_and_leave(void)
{
	if (sandbox_enter(SANDBOX_OBJECTS, &err))
		_exit(1);
	_exit(open("/dev/shm/inner", O_CREAT | O_CLOEXEC, 0600) < 0);
}

/* The outer place has shared mounts, as systemd makes a machine's. */
START_TEST(mounts_do_not_show_outside)
{
	CLEANUP_BUF struct buf before = {0};
	CLEANUP_BUF struct buf after = {0};
	int status;
	pid_t pid;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(mount("none", "/", NULL, MS_REC | MS_SHARED, NULL), 0);
	fd_read_file(AT_FDCWD, "/proc/self/mountinfo", &before);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		mount_and_leave();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	fd_read_file(AT_FDCWD, "/proc/self/mountinfo", &after);
	ck_assert_str_eq(buf_text(&before), buf_text(&after));
	ck_assert_int_eq(access("/dev/shm/inner", F_OK), -1);
}
END_TEST

static void
refuse_unshare(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	ck_assert_ptr_nonnull(filter);
	ck_assert_int_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
					  SCMP_SYS(unshare), 0),
			 0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
}

START_TEST(refusal_is_told)
{
	ino_t ipc = namespace("/proc/self/ns/ipc");
	struct err probed;

	refuse_unshare();
	ck_assert_int_eq(sandbox_probe(&probed), -1);
	ck_assert_int_eq(sandbox_enter(SANDBOX_OBJECTS, &err), -1);
	ck_assert_ptr_nonnull(
		strstr(err.text, "the kernel refuses private namespaces"));
	ck_assert_str_eq(probed.text, err.text);
	ck_assert_uint_eq(namespace("/proc/self/ns/ipc"), ipc);
}
END_TEST

/* Ends who mounts a sandbox's /proc, as often as is wanted. */
struct killer {
	int listener;
	unsigned wanted, done;
};

static void *NORETURN
be_killer(void *data)
{
	struct killer *killer = data;
	struct seccomp_notif *call;
	struct seccomp_notif_resp *reply;

	ck_assert_int_eq(seccomp_notify_alloc(&call, &reply), 0);
	for (;;) {
		memset(call, 0, sizeof(*call));
		if (seccomp_notify_receive(killer->listener, call))
			continue; /* its caller died before: ENOENT */
		if (killer->done < killer->wanted) {
			killer->done++;
			kill((pid_t)call->pid, SIGKILL);
			continue;
		}
		reply->id = call->id;
		reply->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		seccomp_notify_respond(killer->listener, reply);
	}
}

/* Those flags only the mount of a /proc has. */
static void
start_killer(struct killer *killer)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	pthread_t thread;

	ck_assert_ptr_nonnull(filter);
	ck_assert_int_eq(seccomp_rule_add(filter, SCMP_ACT_NOTIFY,
					  SCMP_SYS(mount), 1,
					  SCMP_A3(SCMP_CMP_EQ, flags, 0)),
			 0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	killer->listener = dup(seccomp_notify_fd(filter));
	ck_assert_int_ge(killer->listener, 0);
	seccomp_release(filter); /* closes what was its own */
	ck_assert_int_eq(pthread_create(&thread, NULL, be_killer, killer), 0);
}

/* It says nothing about sandboxes: it is tried again, but not for ever. */
START_TEST(who_is_killed_was_not_refused)
{
	static const struct {
		unsigned wanted, done;
		const char *text;
	} rows[] = {
		{1, 1, NULL},
		{2, 2, NULL},
		{1000, 3, "trying a sandbox: 3 in a row were killed"},
	};
	struct killer killer = {.wanted = rows[_i].wanted};
	int result;

	if (sandbox_probe(&err)) {
		live_skip(__func__, err.text);
		return;
	}
	start_killer(&killer);
	result = sandbox_probe(&err);
	ck_assert_uint_eq(killer.done, rows[_i].done);
	ck_assert_int_eq(result, rows[_i].text ? -1 : 0);
	if (rows[_i].text)
		ck_assert_str_eq(err.text, rows[_i].text);
}
END_TEST

/* The answer is that of the real thing, and nothing has changed. */
START_TEST(probe_changes_nothing)
{
	ino_t ipc = namespace("/proc/self/ns/ipc");
	ino_t mounts = namespace("/proc/self/ns/mnt");
	ino_t pids = namespace("/proc/self/ns/pid_for_children");
	int result = sandbox_probe(&err);

	ck_assert_uint_eq(namespace("/proc/self/ns/ipc"), ipc);
	ck_assert_uint_eq(namespace("/proc/self/ns/mnt"), mounts);
	ck_assert_uint_eq(namespace("/proc/self/ns/pid_for_children"), pids);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq(result, start(__func__) ? 0 : -1);
	sandbox_init_stop(&init);
}
END_TEST

START_TEST(way_back)
{
	CLEANUP_SANDBOX_HOME struct sandbox_home home;
	ino_t ipc = namespace("/proc/self/ns/ipc");
	ino_t mounts = namespace("/proc/self/ns/mnt");
	char before[PATH_MAX];
	char after[PATH_MAX];

	if (geteuid() != 0) {
		ck_assert(!sandbox_home_save(&home));
		return;
	}
	ck_assert(sandbox_home_save(&home));
	ck_assert_ptr_nonnull(getcwd(before, sizeof(before)));
	if (!start(__func__))
		return;
	sandbox_init_stop(&init);
	ck_assert_msg(sandbox_home_return(&home, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(namespace("/proc/self/ns/ipc"), ipc);
	ck_assert_uint_eq(namespace("/proc/self/ns/mnt"), mounts);
	ck_assert_ptr_nonnull(getcwd(after, sizeof(after)));
	ck_assert_str_eq(before, after);
}
END_TEST

/* Not pid 1, not its child, and at home in the sandbox's /proc. */
START_TEST(place_of_the_target)
{
	char link[16] = "";
	int status;
	pid_t pid;

	if (!start(__func__))
		return;
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)!readlink("/proc/self", link, sizeof(link) - 1);
		_exit(getpid() > 1 && getppid() == 0 && atoi(link) == getpid()
			      ? 0
			      : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	sandbox_init_stop(&init);
}
END_TEST

/* Who waits for all its children does not meet pid 1. */
START_TEST(no_ordinary_child)
{
	if (!start(__func__))
		return;
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	sandbox_init_stop(&init);
}
END_TEST

START_TEST(holds_nothing_open)
{
	int pair[2];
	char byte;

	ck_assert_int_eq(pipe(pair), 0);
	if (!start(__func__))
		return;
	close(pair[1]);
	ck_assert_int_eq(read(pair[0], &byte, 1), 0);
	sandbox_init_stop(&init);
}
END_TEST

static unsigned
count_processes(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned count = 0;

	ck_assert_ptr_nonnull(proc);
	while ((entry = readdir(proc)))
		count += isdigit((unsigned char)entry->d_name[0]) != 0;
	closedir(proc);
	return count;
}

START_TEST(drain_waits_for_orphans)
{
	struct orphan first;
	struct orphan second;

	if (!start(__func__))
		return;
	ck_assert_int_eq(drain(-1), 1);
	first = make_orphan();
	second = make_orphan();
	ck_assert_int_eq(drain(0), 0);
	ck_assert_int_eq(drain(SHORT_MS), 0);
	release(&first);
	await_death(&first);
	ck_assert_int_eq(drain(SHORT_MS), 0);
	release(&second);
	ck_assert_int_eq(drain(-1), 1);
	ck_assert(is_dead(&second));
	/* Reaped, too. */
	ck_assert_uint_eq(count_processes(), 1);
	sandbox_init_stop(&init);
}
END_TEST

/*
 * A drain that was given up is answered later. That answer must not be taken
 * for one to another question.
 */
START_TEST(late_reply)
{
	struct pollfd reply;
	struct orphan first;
	struct orphan second;

	if (!start(__func__))
		return;
	reply = (struct pollfd) {.fd = init.control, .events = POLLIN};
	first = make_orphan();
	ck_assert_int_eq(drain(0), 0);
	release(&first);
	ck_assert_int_eq(poll(&reply, 1, -1), 1);
	second = make_orphan();
	ck_assert_int_eq(drain(SHORT_MS), 0);
	release(&second);
	ck_assert_int_eq(poll(&reply, 1, -1), 1);
	ck_assert_int_eq(kill(init.pid, SIGUSR1), 0);
	ck_assert(sandbox_init_was_sent(&init, SIGUSR1));
	ck_assert_int_eq(drain(-1), 1);
	sandbox_init_stop(&init);
}
END_TEST

START_TEST(drain_without_waiting)
{
	struct pollfd reply;
	struct orphan orphan;

	if (!start(__func__))
		return;
	reply = (struct pollfd) {.fd = init.control, .events = POLLIN};
	orphan = make_orphan();
	ck_assert_int_eq(sandbox_init_begin_drain(&init, &err), 0);
	ck_assert_int_eq(sandbox_init_drained(&init, &err), 0);
	ck_assert_int_eq(poll(&reply, 1, 0), 0);
	release(&orphan);
	ck_assert_int_eq(poll(&reply, 1, -1), 1);
	ck_assert_int_eq(sandbox_init_drained(&init, &err), 1);
	ck_assert(is_dead(&orphan));
	sandbox_init_stop(&init);
}
END_TEST

START_TEST(kill_reaches_all)
{
	struct orphan first;
	struct orphan second;

	if (!start(__func__))
		return;
	/* None there is no error. */
	ck_assert_int_eq(sandbox_init_kill(&init, SIGKILL, &err), 0);
	first = make_orphan();
	second = make_orphan();
	ck_assert_int_eq(sandbox_init_kill(&init, _i ? SIGTERM : SIGKILL, &err),
			 0);
	await_death(&first);
	await_death(&second);
	ck_assert_int_eq(drain(-1), 1);
	sandbox_init_stop(&init);
}
END_TEST

static void
block(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
}

static void
assert_tells_senders(void)
{
	block(SIGUSR1);
	ck_assert(!sandbox_init_was_sent(&init, SIGUSR1));
	/* To us alone. */
	ck_assert_int_eq(kill(getpid(), SIGUSR1), 0);
	ck_assert(!sandbox_init_was_sent(&init, SIGUSR1));
	/* To the group: told once, and of that signal only. */
	ck_assert_int_eq(kill(0, SIGUSR1), 0);
	ck_assert(!sandbox_init_was_sent(&init, SIGUSR2));
	ck_assert(sandbox_init_was_sent(&init, SIGUSR1));
	ck_assert(!sandbox_init_was_sent(&init, SIGUSR1));
}

START_TEST(signals_to_the_group)
{
	/* Or all of make would get them. */
	ck_assert_int_eq(setpgid(0, 0), 0);
	if (!start(__func__))
		return;
	assert_tells_senders();
	sandbox_init_stop(&init);
}
END_TEST

/* Needs no namespace, and must never do what pid 1 does. */
START_TEST(sentinel)
{
	ck_assert_int_eq(setpgid(0, 0), 0);
	ck_assert_msg(sandbox_sentinel_start(&init, &err) == 0, "%s", err.text);
	assert_tells_senders();
	/* 0 would be harmless, if it came to that. */
	ck_assert_int_eq(sandbox_init_kill(&init, 0, &err), -1);
	ck_assert_int_eq(err.code, EPERM);
	sandbox_init_stop(&init);
}
END_TEST

START_TEST(stop_ends_all)
{
	struct orphan orphan;

	if (!start(__func__))
		return;
	orphan = make_orphan();
	sandbox_init_stop(&init);
	ck_assert(is_dead(&orphan));
	ck_assert_int_eq(init.pid, 0);
	ck_assert_int_eq(init.control, -1);
	sandbox_init_stop(&init);
}
END_TEST

/* A child of the maker in the sandbox, which only the maker can reap. */
START_TEST(doom_before_stop)
{
	int status;
	pid_t pid;

	if (!start(__func__))
		return;
	pid = fork();
	ck_assert_int_ge(pid, 0);
	while (pid == 0)
		pause();
	sandbox_init_doom(&init);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	sandbox_init_stop(&init);
}
END_TEST

/* Pid 1 was killed by somebody else: that is told, not waited for. */
START_TEST(pid_1_is_gone)
{
	if (!start(__func__))
		return;
	ck_assert_int_eq(kill(init.pid, SIGKILL), 0);
	ck_assert_int_eq(sandbox_init_drain(&init, INT64_MAX, &err), -1);
	ck_assert_int_eq(sandbox_init_kill(&init, SIGTERM, &err), -1);
	ck_assert(!sandbox_init_was_sent(&init, SIGTERM));
	sandbox_init_stop(&init);
}
END_TEST

/* The maker, in a process of its own: tells when all stands, and waits. */
static void NORETURN
be_maker(int ready)
{
	if (!start("all_die_with_the_maker"))
		_exit(77);
	make_orphan();
	(void)!write(ready, "", 1);
	for (;;)
		pause();
}

START_TEST(all_die_with_the_maker)
{
	int ready[2];
	char byte;
	pid_t maker;

	ck_assert_int_eq(pipe(ready), 0);
	/* Pid 1 becomes our child then, and is not left to the host's. */
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	maker = fork();
	ck_assert_int_ge(maker, 0);
	if (maker == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_maker(ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) == 1)
		ck_assert_int_eq(kill(maker, SIGKILL), 0);
	ck_assert_int_eq(waitpid(maker, NULL, 0), maker);
	/* The orphan has the other end of it. */
	ck_assert_int_eq(read(ready[0], &byte, 1), 0);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

Suite *
sandbox_suite(void)
{
	Suite *suite = suite_create("sandbox");
	TCase *place = tcase_create("place");
	TCase *processes = tcase_create("processes");

	tcase_add_test(place, apart_from_the_host);
	tcase_add_test(place, who_enters_stays_who_it_is);
	tcase_add_test(place, mounts_do_not_show_outside);
	tcase_add_test(place, refusal_is_told);
	tcase_add_loop_test(place, who_is_killed_was_not_refused, 0, 3);
	tcase_add_test(place, probe_changes_nothing);
	tcase_add_test(place, way_back);
	suite_add_tcase(suite, place);
	tcase_add_test(processes, place_of_the_target);
	tcase_add_test(processes, no_ordinary_child);
	tcase_add_test(processes, holds_nothing_open);
	tcase_add_test(processes, drain_waits_for_orphans);
	tcase_add_test(processes, late_reply);
	tcase_add_test(processes, drain_without_waiting);
	tcase_add_loop_test(processes, kill_reaches_all, 0, 2);
	tcase_add_test(processes, signals_to_the_group);
	tcase_add_test(processes, sentinel);
	tcase_add_test(processes, stop_ends_all);
	tcase_add_test(processes, doom_before_stop);
	tcase_add_test(processes, pid_1_is_gone);
	tcase_add_test(processes, all_die_with_the_maker);
	suite_add_tcase(suite, processes);
	return suite;
}
