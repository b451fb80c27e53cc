/* SPDX-License-Identifier: MIT */
/*
 * owner.c - owns a segment and tidies up as it should: a hook at exit, and
 * handlers whose signals wait while the segment is made. Meanwhile it does what
 * programs may do and a tracer has to live with. For tests of ipcrash: only
 * SIGSEGV, SIGABRT and SIGKILL may leave the segment.
 *
 *	owner [-s] [ACT [ARG]]		-s: sloppy, no handler for SIGTERM
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEGMENT_BYTES = 100, ID_BYTES = 16 };

static const char *self; /* argv[0] */
static volatile sig_atomic_t segment = -1;

static void
cleanup(void)
{
	if (segment != -1)
		shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static void
catch_signals(int sloppy)
{
	const struct sigaction action = {.sa_handler = die};

	atexit(cleanup);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (!sloppy)
		sigaction(SIGTERM, &action, NULL);
}

static int
create(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	segment = shmget(IPC_PRIVATE, SEGMENT_BYTES, IPC_CREAT | 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return segment == -1;
}

/* 0 when all children have ended well. */
static int
reap_all(void)
{
	int failed = 0;
	int status;

	while (wait(&status) > 0)
		failed |= status;
	return failed != 0;
}

static int
do_nothing(const char *argument)
{
	(void)argument;
	return 0;
}

/* Wait for what never comes. */
static int
hang(const char *argument)
{
	(void)argument;
	return pause();
}

/* From now on the call @number comes to @verdict. */
static int
filter(unsigned number, unsigned verdict)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, verdict),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int
be_refused(const char *argument)
{
	(void)argument;
	return filter(SYS_semget, SECCOMP_RET_ERRNO | EPERM) ||
	       semget(IPC_PRIVATE, 1, 0600) != -1 || errno != EPERM;
}

static int
be_killed(const char *argument)
{
	int status;
	const pid_t pid = fork();

	(void)argument;
	if (pid == 0) {
		if (!filter(SYS_semget, SECCOMP_RET_KILL_PROCESS))
			semget(IPC_PRIVATE, 1, 0600);
		_exit(1);
	}
	return waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) ||
	       WTERMSIG(status) != SIGSYS;
}

/* A debugger; with an argument one that can do without. */
static int
trace(const char *argument)
{
	const pid_t pid = fork();

	if (pid == 0) {
		const int failed = ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0;

		if (failed && !argument)
			perror("owner: ptrace");
		_exit(failed && !argument);
	}
	return reap_all();
}

static void *
work(void *wanted)
{
	if (wanted) {
		const int id = shmget(IPC_PRIVATE, SEGMENT_BYTES, 0600);

		shmctl(id, IPC_RMID, NULL);
	}
	return NULL;
}

/* One of two threads works, in the next run the other: as a file is there. */
static int
take_turns(const char *file)
{
	const bool first = unlink(file) != 0;
	pthread_t threads[2];

	if (first && mknod(file, S_IFREG | 0600, 0))
		return 1;
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, work,
				   first == (i == 0) ? &threads : NULL))
			return 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

/* Until it sleeps, as it does in the call that it makes next. */
static void
await_sleep(pid_t pid)
{
	char name[32];
	char state = 'R';

	snprintf(name, sizeof(name), "/proc/%d/stat", pid);
	while (state != 'S') {
		FILE *stat = fopen(name, "r");

		if (!stat || fscanf(stat, "%*d %*[^)]) %c", &state) != 1)
			_exit(1);
		fclose(stat);
	}
}

/* A child ends, then another wakes us: in between we sleep as before. */
static int
sleep_on(const char *argument)
{
	struct pollfd woken = {.events = POLLIN};
	const pid_t self_pid = getpid();
	int wake[2];
	pid_t first;

	(void)argument;
	if (pipe(wake))
		return 1;
	woken.fd = wake[0];
	first = fork();
	if (first == 0) {
		await_sleep(self_pid);
		_exit(0);
	}
	if (fork() == 0) {
		struct pollfd dead = {
			.fd = (int)syscall(SYS_pidfd_open, first, 0),
			.events = POLLIN};

		poll(&dead, 1, -1);
		await_sleep(self_pid);
		_exit(write(wake[1], "", 1) != 1);
	}
	return poll(&woken, 1, -1) != 1 || reap_all();
}

/* Objects can be made by that without a system call. */
static int
use_io_uring(const char *argument)
{
	struct io_uring_params parameters = {0};

	(void)argument;
	/* Some kernels refuse it. */
	(void)syscall(SYS_io_uring_setup, 1, &parameters);
	return 0;
}

/* A process may be asked for leave to call getppid(2). */
static int
be_supervised(const char *argument)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {4, code};

	(void)argument;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) < 0;
}

/* In a child, which can do nothing else then but end. */
static int
be_strict(const char *argument)
{
	(void)argument;
	if (fork() == 0) {
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
		syscall(SYS_exit, 0);
	}
	return reap_all();
}

/* Nobody but root may look into the process. It makes a FIFO meanwhile. */
static int
be_closed(const char *argument)
{
	return prctl(PR_SET_DUMPABLE, 0) || mkfifo(argument, 0600) ||
	       unlink(argument);
}

/* A child that a tracer is not to get. */
static int
hide(const char *argument)
{
	(void)argument;
	if (syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0) == 0) {
		execl(self, self, NULL);
		_exit(1);
	}
	return reap_all();
}

/* What is made in a namespace goes with it. */
static int
leave(const char *argument)
{
	(void)argument;
	if (fork() == 0)
		_exit((unshare(CLONE_NEWIPC) &&
		       unshare(CLONE_NEWUSER | CLONE_NEWIPC)) ||
		      shmget(IPC_PRIVATE, SEGMENT_BYTES, 0600) < 0);
	return reap_all();
}

/* All are there at the same time, each with a segment of its own. */
static void
be_child(int ready[2], int end[2])
{
	char byte;

	close(end[1]);
	segment = -1;
	if (create() || write(ready[1], "", 1) != 1)
		_exit(1);
	close(ready[1]);
	(void)!read(end[0], &byte, 1);
	exit(0);
}

static int
make_children(const char *argument)
{
	const int count = atoi(argument);
	int ready[2], end[2];
	char byte;

	if (pipe(ready) || pipe(end))
		return 1;
	for (int i = 0; i < count; i++)
		if (fork() == 0)
			be_child(ready, end);
	close(ready[1]);
	while (read(ready[0], &byte, 1) == 1)
		;
	close(end[1]);
	return reap_all();
}

static int
vfork_child(const char *argument)
{
	(void)argument;
	if (vfork() == 0) {
		execl(self, self, NULL);
		_exit(1);
	}
	return reap_all();
}

static int
spawn_child(const char *argument)
{
	char *const arguments[] = {(char *)self, NULL};

	(void)argument;
	return posix_spawn(NULL, self, NULL, NULL, arguments, environ) ||
	       reap_all();
}

/* Another program is to remove it: no handler and no hook goes with it. */
static int
hand_over(const char *argument)
{
	char id[ID_BYTES];

	(void)argument;
	snprintf(id, sizeof(id), "%d", (int)segment);
	execl(self, self, "remove", id, NULL);
	return 1;
}

static pthread_barrier_t barrier;

static void *
hand_over_in_thread(void *argument)
{
	pthread_barrier_wait(&barrier);
	hand_over(argument);
	return argument;
}

/* The same by another thread than the first, which makes no more calls. */
static int
pass_on(const char *argument)
{
	pthread_t thread;

	(void)argument;
	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&thread, NULL, hand_over_in_thread, NULL))
		return 1;
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	return 1;
}

static int
take_over(const char *argument)
{
	cleanup();
	segment = atoi(argument);
	return 0;
}

#ifdef __x86_64__
/* IPC_PRIVATE, 100 bytes, in the i386 way: ipc(2), SHMGET is 23. */
static int
call_i386(const char *argument)
{
	enum { I386_IPC = 117, SHMGET = 23, SHMCTL = 24 };
	long id, result;

	(void)argument;
	__asm__ volatile("int $0x80"
			 : "=a"(id)
			 : "a"(I386_IPC), "b"(SHMGET), "c"(IPC_PRIVATE),
			   "d"(SEGMENT_BYTES), "S"(0600)
			 : "memory", "r8", "r9", "r10", "r11");
	result = shmctl((int)id, IPC_RMID, NULL);
	return id < 0 || result < 0;
}
#else
#define call_i386 do_nothing
#endif

static const struct {
	const char *name;
	int (*act)(const char *argument);
} acts[] = {
	{"nothing", do_nothing},    {"hang", hang},
	{"refused", be_refused},    {"killed", be_killed},
	{"ptrace", trace},	    {"untraced", hide},
	{"namespace", leave},	    {"children", make_children},
	{"vfork", vfork_child},	    {"spawn", spawn_child},
	{"hand-over", hand_over},   {"remove", take_over},
	{"pass-on", pass_on},	    {"i386", call_i386},
	{"turns", take_turns},	    {"sleep-on", sleep_on},
	{"io-uring", use_io_uring}, {"supervised", be_supervised},
	{"strict", be_strict},	    {"closed", be_closed},
};

static int
perform(const char *name, const char *argument)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		if (!strcmp(name, acts[i].name))
			return acts[i].act(argument);
	return 1;
}

int
main(int argc, char **argv)
{
	const int sloppy = argc > 1 && !strcmp(argv[1], "-s");

	self = argv[0];
	argv += sloppy;
	argc -= sloppy;
	catch_signals(sloppy);
	if (create())
		return 1;
	return perform(argc > 1 ? argv[1] : "nothing",
		       argv[argc > 2 ? 2 : argc]);
}
