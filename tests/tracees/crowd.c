/* SPDX-License-Identifier: MIT */
/*
 * crowd.c - many processes or threads, made in all the ways that there are, for
 * tests of the tracer. Each makes and removes a segment.
 *
 *	crowd ACT [COUNT]
 */
#include <errno.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNEXPECTED = 100, SEGMENT_BYTES = 100, STACK_BYTES = 1 << 16 };

static const char *self; /* argv[0] */
static int count;

static int
make_and_remove(void)
{
	const int id = shmget(IPC_PRIVATE, SEGMENT_BYTES, IPC_CREAT | 0600);

	return id < 0 || shmctl(id, IPC_RMID, NULL) ? errno : 0;
}

static int
reap_all(void)
{
	int failed = 0;
	int status;

	while (waitpid(-1, &status, __WALL) > 0)
		failed |= status;
	return failed ? UNEXPECTED : 0;
}

static pthread_barrier_t barrier;

static void *
be_thread(void *argument)
{
	(void)argument;
	pthread_barrier_wait(&barrier);
	return (void *)(intptr_t)make_and_remove();
}

/* All at once. */
static int
threads(void)
{
	pthread_t *all = calloc((size_t)count, sizeof(*all));
	int failed = 0;

	pthread_barrier_init(&barrier, NULL, (unsigned)count);
	for (int i = 0; i < count; i++)
		if (pthread_create(&all[i], NULL, be_thread, NULL))
			return UNEXPECTED;
	for (int i = 0; i < count; i++) {
		void *result;

		pthread_join(all[i], &result);
		failed |= result != NULL;
	}
	free(all);
	return failed ? UNEXPECTED : 0;
}

/* The leader ends first, and the others by exit_group(2). */
static void *
outlive(void *argument)
{
	(void)argument;
	make_and_remove();
	exit(0);
}

static int
leaderless(void)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, NULL, outlive, NULL))
			return UNEXPECTED;
	pthread_exit(NULL);
}

/* Each has two children, which have two each. */
static int
tree(void)
{
	int failed = make_and_remove();

	for (int i = 0; i < 2 && count > 1; i++) {
		if (fork() == 0) {
			count--;
			_exit(tree());
		}
	}
	return failed ? failed : reap_all();
}

static int
chain(void)
{
	const int failed = make_and_remove();

	if (--count > 0 && fork() == 0)
		_exit(chain());
	return failed ? failed : reap_all();
}

static void
vfork_one(void)
{
	if (vfork() == 0) {
		execl(self, self, "one", NULL);
		_exit(UNEXPECTED);
	}
}

static int
vforks(void)
{
	for (int i = 0; i < count; i++)
		vfork_one();
	return reap_all();
}

static int
spawns(void)
{
	char *const arguments[] = {(char *)self, "one", NULL};

	for (int i = 0; i < count; i++)
		if (posix_spawn(NULL, self, NULL, NULL, arguments, environ))
			return UNEXPECTED;
	return reap_all();
}

static void *
execute(void *argument)
{
	(void)argument;
	execl(self, self, "one", NULL);
	return NULL;
}

static void *
idle(void *argument)
{
	pause();
	return argument;
}

/* A thread that is not the leader executes; all others are to vanish. */
static int
thread_exec(void)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		pthread_create(&thread, NULL, idle, NULL);
	pthread_create(&thread, NULL, execute, NULL);
	pause();
	return UNEXPECTED;
}

/* The leader is dead already when another thread executes. */
static int
headless_exec(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, execute, NULL);
	pthread_exit(NULL);
}

static int
daemonize(void)
{
	int alive[2];
	char byte;
	const pid_t parent = getpid();

	if (pipe(alive) || fork() > 0)
		_exit(0);
	setsid();
	if (fork() > 0)
		_exit(0);
	close(alive[1]);
	/* End of file, when those before us are dead. */
	if (read(alive[0], &byte, 1) != 0 || getppid() == parent)
		_exit(UNEXPECTED);
	return make_and_remove();
}

static int
be_cloned(void *argument)
{
	(void)argument;
	return make_and_remove();
}

/* Processes with no, or another, exit signal; one shares the memory. */
static int
clones(void)
{
	const int flags[] = {0, SIGUSR1, CLONE_VM, CLONE_FILES | SIGCHLD,
			     CLONE_VM | CLONE_VFORK | SIGCHLD};
	char *stack = malloc(STACK_BYTES);

	signal(SIGUSR1, SIG_IGN);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (clone(be_cloned, stack + STACK_BYTES, flags[i], NULL) < 0 ||
		    reap_all())
			return UNEXPECTED;
	free(stack);
	return 0;
}

/* clone(2) as it is: the register of its first argument must stay. */
static long
call_clone(unsigned long flags)
{
	long pid;
#ifdef __x86_64__
	unsigned long after = flags;
	register long tls __asm__("r8") = 0;
	register long child __asm__("r10") = 0;

	__asm__ volatile("syscall"
			 : "=a"(pid), "+D"(after)
			 : "a"(SYS_clone), "S"(0), "d"(0), "r"(child), "r"(tls)
			 : "rcx", "r11", "memory");
	if (after != flags)
		_exit(UNEXPECTED);
#else
	pid = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
#endif
	return pid;
}

/* The same with arguments in memory that is not to be written. */
static long
call_clone3(void)
{
	static const struct clone_args arguments = {.flags = CLONE_UNTRACED,
						    .exit_signal = SIGCHLD};
	const long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (*(const volatile uint64_t *)&arguments.flags != CLONE_UNTRACED)
		_exit(UNEXPECTED);
	return pid;
}

/* CLONE_THREAD wants CLONE_SIGHAND: no child is made. */
static int
fail_untraced(void)
{
	return call_clone(CLONE_UNTRACED | CLONE_THREAD) >= 0;
}

/* Those that no tracer is to be told of. */
static int
untraced(void)
{
	static char stack[STACK_BYTES];

	if (fail_untraced())
		return UNEXPECTED;
	if (call_clone(CLONE_UNTRACED | SIGCHLD) == 0 || call_clone3() == 0)
		_exit(make_and_remove());
	if (reap_all())
		return UNEXPECTED;
	if (clone(be_cloned, stack + STACK_BYTES,
		  CLONE_UNTRACED | CLONE_VM | CLONE_VFORK | SIGCHLD, NULL) < 0)
		return UNEXPECTED;
	return reap_all();
}

/* Its parent is ours. */
static int
sibling(void)
{
	int alive[2];
	char byte;

	if (pipe(alive))
		return UNEXPECTED;
	if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL,
		    NULL) == 0)
		_exit(make_and_remove());
	close(alive[1]);
	return read(alive[0], &byte, 1) != 0;
}

/* Stopped means stopped, until it is continued. */
static int
stop(void)
{
	int status;
	int seen[2];
	char byte;
	pid_t pid;

	if (pipe(seen))
		return UNEXPECTED;
	pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		/* Who has ended is not one who goes on. */
		_exit(read(seen[0], &byte, 1) == 1 ? make_and_remove()
						   : UNEXPECTED);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) ||
	    WSTOPSIG(status) != SIGSTOP)
		return UNEXPECTED;
	if (waitpid(pid, &status, WUNTRACED | WCONTINUED | WNOHANG) != 0)
		return UNEXPECTED + 1;
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, WCONTINUED) != pid || !WIFCONTINUED(status))
		return UNEXPECTED + 2;
	return write(seen[1], "", 1) == 1 ? reap_all() : UNEXPECTED + 3;
}

/* As fast as can be, and without end but for the limit. */
static int
storm(void)
{
	if (count-- <= 0)
		return make_and_remove();
	if (fork() == 0 || fork() == 0)
		return storm();
	return reap_all();
}

static void *
be_fertile(void *argument)
{
	(void)argument;
	for (;;)
		if (fork() == 0)
			_exit(make_and_remove());
}

/* Killed while it makes processes. */
static int
mortal(void)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		pthread_create(&thread, NULL, be_fertile, NULL);
	for (int i = 0; i < count * 2; i++)
		make_and_remove();
	raise(SIGKILL);
	return UNEXPECTED;
}

/* The same in a child; what is left of it falls to us. */
static int
heir(void)
{
	int status;
	pid_t pid;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return UNEXPECTED;
	pid = fork();
	if (pid == 0)
		_exit(mortal());
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		return UNEXPECTED;
	return reap_all();
}

/* It executes another program while its threads make processes. */
static int
fertile_exec(void)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		pthread_create(&thread, NULL, be_fertile, NULL);
	make_and_remove();
	execl(self, self, "reap", NULL);
	return UNEXPECTED;
}

static int
one(void)
{
	return make_and_remove();
}

/* The same at other addresses. */
static int
elsewhere(void)
{
	if (personality(0) < 0)
		return UNEXPECTED;
	execl(self, self, "one", NULL);
	return UNEXPECTED;
}

static const struct {
	const char *name;
	int (*act)(void);
} acts[] = {
	{"one", one},
	{"threads", threads},
	{"leaderless", leaderless},
	{"tree", tree},
	{"chain", chain},
	{"vfork", vforks},
	{"spawn", spawns},
	{"thread-exec", thread_exec},
	{"headless-exec", headless_exec},
	{"daemon", daemonize},
	{"clone", clones},
	{"untraced", untraced},
	{"sibling", sibling},
	{"stop", stop},
	{"storm", storm},
	{"mortal", mortal},
	{"heir", heir},
	{"fertile-exec", fertile_exec},
	{"reap", reap_all},
	{"elsewhere", elsewhere},
};

int
main(int argc, char **argv)
{
	self = argv[0];
	count = argc > 2 ? atoi(argv[2]) : 1;
	for (size_t i = 0; argc > 1 && i < sizeof(acts) / sizeof(*acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return acts[i].act();
	return UNEXPECTED;
}
