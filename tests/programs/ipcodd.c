/* SPDX-License-Identifier: MIT */
/*
 * ipcodd.c - makes a segment, removes it at its end and on SIGTERM, and behaves
 * oddly in between.
 *
 *	ipcodd tiny		not at all: the least there is to inject at
 *	ipcodd hold FIFO FILE	makes FIFO, too, then adds a line to FILE and
 *				waits until a signal ends it
 *	ipcodd nap FILE MS	adds a line to FILE and waits so long
 *	ipcodd serve		waits for ever; SIGHUP changes nothing, SIGINT
 *				ends it with status 2
 *	ipcodd flood		writes to stdout without end
 *	ipcodd pour		writes a megabyte
 *	ipcodd die		pours, and kills itself by SIGTERM
 *	ipcodd close		closes all descriptors
 *	ipcodd stray FILE	leaves a process that no tracer follows, by a
 *				32-bit call of x86-64, and adds a line to FILE
 *	ipcodd mark		removes it at once, too, with it attached
 *	ipcodd exchange A B	makes these FIFOs, exchanges their names and
 *				removes them
 *	ipcodd move A B		makes the directory A with a FIFO in it, calls
 *				it B and removes both; on SIGTERM, too
 *	ipcodd stow A B FILE	the same, but waits in between as hold does
 *	ipcodd lock FILE	locks FILE, and hangs on SIGTERM
 *	ipcodd nameless		makes a file in /dev/shm that gets its name
 *				later, and removes it
 *	ipcodd nest		makes a directory in /dev/shm, and shared memory
 *				in that; leaves the directory
 *	ipcodd bare		unmounts /dev/shm
 *	ipcodd find		makes a set, a queue and shared memory by calls
 *				that may find them, finds them and removes them
 *	ipcodd shut DIR		makes this directory and a FIFO in it, which
 *				nobody may look at for a while
 *	ipcodd hide		makes a queue that nobody may open, removes it
 *	ipcodd read TEXT	fails unless stdin is this line
 *	ipcodd toil MS		goes on in a child, which works so long
 *	ipcodd rouse MS		goes on in a child; another one of that works so
 *				long in a thread, after it has been stopped
 *	ipcodd dawdle MS	goes on in a child, which waits so long, and
 *				once more on SIGTERM
 *	ipcodd grow		has two threads and allocates memory, as its
 *				hook does
 *	ipcodd moody FILE	removes FILE instead, if it is there, on SIGTERM
 *	ipcodd part		has a thread for a moment
 *	ipcodd fence WHAT	removes it on faults of the processor and
 *				SIGABRT, too, but blocks all signals for a
 *				while; by WHAT it does nothing then (idle) or
 *				writes where it may not (crash)
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEY = 0x0dd, BYTES = 4096, BLOCK = 1 << 16, POURED = 1 << 20 };
enum { GROWN = 20 };

static volatile sig_atomic_t segment = -1;
static const char *volatile fifo;
static const char *volatile mood;
static volatile int delay_ms;
static void *volatile grown[GROWN];
static volatile bool greedy;

static void
clean_up(void)
{
	if (greedy)
		grown[0] = malloc(BLOCK);
	if (fifo)
		unlink(fifo);
	if (segment >= 0)
		shmctl(segment, IPC_RMID, NULL);
	fifo = NULL;
	segment = -1;
}

static void
die(int number)
{
	poll(NULL, 0, delay_ms);
	if (!mood || unlink(mood) < 0)
		clean_up();
	signal(number, SIG_DFL);
	raise(number);
}

static int
tiny(char **argv)
{
	(void)argv;
	return 0;
}

static int
add_line(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	return file < 0 || write(file, "\n", 1) != 1 ? -1 : close(file);
}

static int
hold(char **argv)
{
	if (mkfifo(argv[0], 0600) < 0)
		return 1;
	fifo = argv[0];
	if (add_line(argv[1]))
		return 1;
	for (;;)
		pause();
}

static int
nap(char **argv)
{
	return add_line(argv[0]) || poll(NULL, 0, atoi(argv[1])) < 0;
}

/* A call of the signal mask is a point while something is alive. */
static int
shut(char **argv)
{
	char name[PATH_MAX];
	sigset_t mask;

	snprintf(name, sizeof(name), "%s/fifo", argv[0]);
	if (mkdir(argv[0], 0700) || mkfifo(name, 0600) || chmod(argv[0], 0) ||
	    sigprocmask(SIG_SETMASK, NULL, &mask))
		return 1;
	return chmod(argv[0], 0700) || unlink(name) || rmdir(argv[0]);
}

static void
go_on(int number)
{
	(void)number;
}

static void
leave(int number)
{
	clean_up();
	_exit(number);
}

static int
serve(char **argv)
{
	(void)argv;
	signal(SIGHUP, go_on);
	signal(SIGINT, leave);
	while (pause() < 0)
		;
	return 0;
}

static int
write_so_much(long long bytes)
{
	static char block[BLOCK];

	memset(block, 'y', sizeof(block));
	while (bytes > 0) {
		ssize_t put = write(STDOUT_FILENO, block, sizeof(block));

		if (put < 0)
			return 1;
		bytes -= put;
	}
	return 0;
}

static int
flood(char **argv)
{
	(void)argv;
	return write_so_much(1LL << 62);
}

static int
pour(char **argv)
{
	(void)argv;
	return write_so_much(POURED);
}

static int
pour_and_die(char **argv)
{
	(void)argv;
	return write_so_much(POURED) || raise(SIGTERM);
}

/* By a call that is not of this machine's own ABI, where it has such. */
static long
make_stray(void)
{
	long child;
#ifdef __x86_64__
	enum { I386_CLONE = 120 };

	__asm__ volatile("int $0x80"
			 : "=a"(child)
			 : "a"(I386_CLONE), "b"(CLONE_UNTRACED | SIGCHLD),
			   "c"(0), "d"(0), "S"(0), "D"(0)
			 : "memory", "r8", "r9", "r10", "r11");
#else
	child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, NULL, NULL, NULL,
			NULL);
#endif
	return child;
}

static int
stray(char **argv)
{
	long child = make_stray();

	while (child == 0)
		pause();
	return child < 0 || add_line(argv[0]);
}

static int
close_all(char **argv)
{
	(void)argv;
	return close_range(0, ~0U, 0) < 0;
}

static int
mark(char **argv)
{
	(void)argv;
	return shmat(segment, NULL, 0) == (void *)-1 ||
	       shmctl(segment, IPC_RMID, NULL);
}

static int
exchange(char **argv)
{
	return mkfifo(argv[0], 0600) || mkfifo(argv[1], 0600) ||
	       renameat2(AT_FDCWD, argv[0], AT_FDCWD, argv[1],
			 RENAME_EXCHANGE) ||
	       unlink(argv[0]) || unlink(argv[1]);
}

/* An earlier run may have left the directories. */
static int
stow(char **argv)
{
	char old[PATH_MAX];
	static char name[PATH_MAX];

	snprintf(old, sizeof(old), "%s/fifo", argv[0]);
	snprintf(name, sizeof(name), "%s/fifo", argv[1]);
	if ((mkdir(argv[0], 0700) && errno != EEXIST) || mkfifo(old, 0600) ||
	    rename(argv[0], argv[1]))
		return 1;
	fifo = name;
	return 0;
}

static int
move(char **argv)
{
	sigset_t mask;

	if (stow(argv) || sigprocmask(SIG_SETMASK, NULL, &mask))
		return 1;
	clean_up();
	return rmdir(argv[1]);
}

static int
stow_and_hold(char **argv)
{
	if (stow(argv) || add_line(argv[2]))
		return 1;
	for (;;)
		pause();
}

static void
hang(int number)
{
	(void)number;
	for (;;)
		pause();
}

static int
lock(char **argv)
{
	const int file = open(argv[0], O_RDWR | O_CREAT, 0600);
	sigset_t mask;

	signal(SIGTERM, hang);
	return flock(file, LOCK_EX) || sigprocmask(SIG_SETMASK, NULL, &mask);
}

static int
nameless(char **argv)
{
	const int file = open("/dev/shm", O_TMPFILE | O_RDWR, 0600);
	char name[64];
	sigset_t mask;

	(void)argv;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
	return linkat(AT_FDCWD, name, AT_FDCWD, "/dev/shm/ipcodd",
		      AT_SYMLINK_FOLLOW) ||
	       sigprocmask(SIG_SETMASK, NULL, &mask) || shm_unlink("/ipcodd");
}

static int
nest(char **argv)
{
	static const char name[] = "/dev/shm/ipcodd/x";

	(void)argv;
	if (mkdir("/dev/shm/ipcodd", 0700))
		return 1;
	return open(name, O_CREAT | O_RDWR, 0600) < 0 || unlink(name);
}

static int
bare(char **argv)
{
	(void)argv;
	return umount2("/dev/shm", MNT_DETACH);
}

static int
open_again(void)
{
	const mqd_t queue = mq_open("/ipcodd", O_CREAT | O_RDWR, 0600, NULL);
	const int file = shm_open("/ipcodd", O_CREAT | O_RDWR, 0600);

	return semget(KEY, 1, IPC_CREAT | 0600) < 0 || mq_close(queue) ||
	       close(file);
}

static int
find(char **argv)
{
	(void)argv;
	return open_again() || open_again() || shm_unlink("/ipcodd") ||
	       mq_unlink("/ipcodd") || semctl(semget(KEY, 0, 0), 0, IPC_RMID);
}

static int
hide(char **argv)
{
	const mqd_t queue =
		mq_open("/ipcodd", O_CREAT | O_EXCL | O_RDWR, 0600, NULL);

	(void)argv;
	return queue < 0 || fchmod(queue, 0) || mq_unlink("/ipcodd");
}

static int
read_line(char **argv)
{
	char line[256];

	if (!fgets(line, sizeof(line), stdin))
		return 1;
	line[strcspn(line, "\n")] = '\0';
	return strcmp(line, argv[0]) != 0;
}

/* Returns in the child, when the parent is dead. */
static int
change_over(void)
{
	int ends[2];
	char byte;
	pid_t child;

	if (pipe(ends) < 0)
		return -1;
	child = fork();
	if (child != 0)
		_exit(child < 0);
	close(ends[1]);
	return read(ends[0], &byte, 1) == 0 ? 0 : -1;
}

static void
work(const char *ms)
{
	const clock_t end = (clock_t)atoi(ms) * (CLOCKS_PER_SEC / 1000);

	while (clock() < end)
		;
}

static int
toil(char **argv)
{
	if (change_over())
		return 1;
	work(argv[0]);
	return 0;
}

static int start[2];

static void *
work_when_told(void *ms)
{
	char byte;

	if (read(start[0], &byte, 1) == 1)
		work(ms);
	return NULL;
}

static int
be_stopped_and_work(char *ms)
{
	pthread_t thread;

	if (pipe(start) < 0 ||
	    pthread_create(&thread, NULL, work_when_told, ms) || raise(SIGSTOP))
		return 1;
	return write(start[1], "", 1) != 1 || pthread_join(thread, NULL);
}

static int
rouse(char **argv)
{
	pid_t child;
	int status;

	if (change_over())
		return 1;
	child = fork();
	if (child == 0)
		_exit(be_stopped_and_work(argv[0]));
	return child < 0 || waitpid(child, &status, WUNTRACED) != child ||
	       !WIFSTOPPED(status) || kill(child, SIGCONT) ||
	       waitpid(child, &status, 0) != child || status != 0;
}

static int
dawdle(char **argv)
{
	if (change_over())
		return 1;
	delay_ms = atoi(argv[0]);
	poll(NULL, 0, delay_ms);
	return 0;
}

static void *
say_so_and_wait(void *end)
{
	if (write(*(int *)end, "", 1) == 1)
		pause();
	return NULL;
}

/* By brk(2) now and then, with the lock that malloc(3) needs for threads. */
static int
grow(char **argv)
{
	pthread_t thread;
	int ends[2];
	char byte;

	(void)argv;
	if (pipe(ends) < 0 ||
	    pthread_create(&thread, NULL, say_so_and_wait, &ends[1]) ||
	    read(ends[0], &byte, 1) != 1)
		return 1;
	greedy = true;
	for (int i = 1; i < GROWN; i++)
		grown[i] = malloc(BLOCK);
	return write(STDOUT_FILENO, "x", 1) != 1;
}

static void *
return_at_once(void *nothing)
{
	return nothing;
}

static int
part(char **argv)
{
	pthread_t thread;

	(void)argv;
	return pthread_create(&thread, NULL, return_at_once, NULL) ||
	       pthread_join(thread, NULL);
}

static int
be_moody(char **argv)
{
	mood = argv[0];
	return 0;
}

static int
fence(char **argv)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGABRT};
	volatile char *closed = mmap(NULL, BYTES, PROT_NONE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sigset_t all;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		signal(faults[i], die);
	sigfillset(&all);
	if (closed == MAP_FAILED || sigprocmask(SIG_BLOCK, &all, NULL))
		return 1;
	if (strcmp(argv[0], "crash") == 0)
		*closed = 0;
	return sigprocmask(SIG_UNBLOCK, &all, NULL) != 0;
}

static const struct {
	const char *name;
	int arguments;
	int (*run)(char **argv);
} ways[] = {
	{"tiny", 0, tiny},	  {"hold", 2, hold},
	{"flood", 0, flood},	  {"pour", 0, pour},
	{"die", 0, pour_and_die}, {"close", 0, close_all},
	{"stray", 1, stray},	  {"read", 1, read_line},
	{"moody", 1, be_moody},	  {"toil", 1, toil},
	{"dawdle", 1, dawdle},	  {"grow", 0, grow},
	{"serve", 0, serve},	  {"shut", 1, shut},
	{"mark", 0, mark},	  {"find", 0, find},
	{"hide", 0, hide},	  {"exchange", 2, exchange},
	{"move", 2, move},	  {"stow", 3, stow_and_hold},
	{"nap", 2, nap},	  {"rouse", 1, rouse},
	{"nest", 0, nest},	  {"nameless", 0, nameless},
	{"lock", 1, lock},	  {"bare", 0, bare},
	{"fence", 1, fence},	  {"part", 0, part},
};

int
main(int argc, char **argv)
{
	atexit(clean_up);
	signal(SIGTERM, die);
	segment = shmget(IPC_PRIVATE, BYTES, 0600);
	if (segment < 0)
		return 1;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (argc == 2 + ways[i].arguments &&
		    strcmp(ways[i].name, argv[1]) == 0)
			return ways[i].run(argv + 2);
	return 2;
}
