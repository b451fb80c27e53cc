/* SPDX-License-Identifier: MIT */
/*
 * actor.c - one process that does what a test of the tracer asks for. Its exit
 * status says what it has seen.
 *
 *	actor ACT [ARG]
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Exit statuses; small ones are errno values. */
enum { BEFORE = 100, AFTER, HOOK_RAN, TAKEN, UNEXPECTED };
enum { SEGMENT_BYTES = 100, ROUNDS = 20 };

static volatile int segment = -1;
static volatile int seen; /* by a handler: exit status */

static int
make(void)
{
	segment = shmget(IPC_PRIVATE, SEGMENT_BYTES, IPC_CREAT | 0600);
	return segment < 0 ? errno : 0;
}

static int
make_and_remove(void)
{
	const int failed = make();

	if (!failed && shmctl(segment, IPC_RMID, NULL))
		return errno;
	return failed;
}

static int
get(const char *argument)
{
	(void)argument;
	return make_and_remove();
}

static void
note(int number)
{
	(void)number;
	seen = segment < 0 ? BEFORE : AFTER;
}

static int
handle_signal(int number)
{
	const struct sigaction handle = {.sa_handler = note};
	int failed;

	sigaction(number, &handle, NULL);
	failed = make_and_remove();
	return failed ? failed : seen;
}

static int
handle(const char *argument)
{
	return handle_signal(argument ? atoi(argument) : SIGTERM);
}

static int
ignore(const char *argument)
{
	(void)argument;
	signal(SIGTERM, SIG_IGN);
	return make_and_remove();
}

/* The stack of a function that uses vectors must be aligned. */
static void
hook(void)
{
	__attribute__((aligned(16))) char text[64];

	snprintf(text, sizeof(text), "%.3f", segment / 3.0);
	if ((uintptr_t)text % 16 == 0)
		_exit(HOOK_RAN);
}

static int
at_exit(const char *argument)
{
	(void)argument;
	atexit(hook);
	make_and_remove();
	_exit(UNEXPECTED);
}

static void
remove_segment(void)
{
	shmctl(segment, IPC_RMID, NULL);
}

static int
clean_at_exit(const char *argument)
{
	(void)argument;
	atexit(remove_segment);
	return make();
}

static void
clean(int number)
{
	(void)number;
	remove_segment();
}

static int
clean_at_signal(const char *argument)
{
	const struct sigaction handle = {.sa_handler = clean};

	(void)argument;
	sigaction(SIGTERM, &handle, NULL);
	return make();
}

static void
remove_none(int number)
{
	(void)number;
	shmctl(-1, IPC_RMID, NULL);
}

/* The same handler, in the middle of two functions of the C library. */
static int
be_interrupted_twice(const char *argument)
{
	const struct sigaction handle = {.sa_handler = remove_none};

	(void)argument;
	sigaction(SIGUSR1, &handle, NULL);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	return 0;
}

static inline __attribute__((always_inline)) int
make_inlined(void)
{
	segment = shmget(IPC_PRIVATE, SEGMENT_BYTES, IPC_CREAT | 0600);
	return segment < 0;
}

/* The name is one of rustc. */
static int
inlined(const char *argument) __asm__("_ZN4pool4open17h0123456789abcdefE");
static int
inlined(const char *argument)
{
	(void)argument;
	return make_inlined() || shmctl(segment, IPC_RMID, NULL);
}

/* The compiler must not make a loop of it. */
static int
descend(int depth)
{
	volatile int failed = depth > 0 ? descend(depth - 1) : 0;

	return failed + (depth > 0 ? 0 : make_and_remove());
}

static int
deep(const char *argument)
{
	return descend(atoi(argument));
}

/*
 * In code of which no unwinder knows anything, with a chain of frame pointers
 * that leads to the last address there is.
 */
#ifdef __x86_64__
int get_astray(int call, int key, long bytes, int flags);
__asm__(".text\n"
	".type get_astray, @function\n"
	"get_astray:\n"
	"	push %rbp\n"
	"	lea 1f(%rip), %rax\n"
	"	push %rax\n" /* as if returned to here */
	"	push $-1\n"  /* and this were the caller's frame */
	"	mov %rsp, %rbp\n"
	"	mov %edi, %eax\n"
	"	mov %esi, %edi\n"
	"	mov %rdx, %rsi\n"
	"	mov %ecx, %edx\n"
	"	syscall\n"
	"1:	add $16, %rsp\n"
	"	pop %rbp\n"
	"	ret\n"
	".size get_astray, . - get_astray\n");

static int
go_astray(const char *argument)
{
	(void)argument;
	segment = get_astray(SYS_shmget, IPC_PRIVATE, SEGMENT_BYTES,
			     IPC_CREAT | 0600);
	return shmctl(segment, IPC_RMID, NULL) ? errno : 0;
}
#else
static int
go_astray(const char *argument)
{
	return get(argument);
}
#endif

static void
block(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int
block_signal(const char *argument)
{
	block(atoi(argument));
	return make_and_remove();
}

/* What a handler learns of its signal; as an exit status si_code. */
static void
judge(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	if (info->si_code == SI_TKILL && info->si_pid != getpid())
		_exit(UNEXPECTED);
	_exit(info->si_code & 0xff);
}

static int
tell_code(const char *argument)
{
	const struct sigaction tell = {.sa_sigaction = judge,
				       .sa_flags = SA_SIGINFO};

	sigaction(atoi(argument), &tell, NULL);
	make_and_remove();
	return UNEXPECTED;
}

/* A handler that returns, as that of Rust's runtime does. */
static int
return_from(const char *argument)
{
	const int number = atoi(argument);
	const struct sigaction handle = {.sa_handler = note};

	sigaction(number, &handle, NULL);
	make_and_remove();
	return UNEXPECTED;
}

static sigjmp_buf escape;

static void
jump(int number)
{
	siglongjmp(escape, number);
}

static int
escape_from(const char *argument)
{
	const struct sigaction handle = {.sa_handler = jump};

	sigaction(atoi(argument), &handle, NULL);
	if (sigsetjmp(escape, 1))
		return make_and_remove() ? UNEXPECTED : TAKEN;
	make_and_remove();
	return UNEXPECTED;
}

static void *
take_signal(void *argument)
{
	const sigset_t *set = argument;
	int number;

	if (sigwait(set, &number) == 0 && number == SIGTERM)
		_exit(TAKEN);
	return NULL;
}

static int
wait_for_signal(const char *argument)
{
	static sigset_t set;
	pthread_t thread;

	(void)argument;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (pthread_create(&thread, NULL, take_signal, &set))
		return UNEXPECTED;
	make_and_remove();
	pthread_join(thread, NULL);
	return UNEXPECTED;
}

/*
 * Child of wait_twice(): sees that the parent waits, once process @pidfd is
 * dead; then sends it signal @number, or adds @add to the semaphore, and ends.
 */
static pid_t
poke(int set, int pidfd, int number, short add)
{
	struct sembuf post = {.sem_op = add};
	const pid_t pid = fork();
	struct pollfd dead = {.fd = pidfd, .events = POLLIN};

	if (pid != 0)
		return pid;
	while (pidfd >= 0 && poll(&dead, 1, -1) != 1)
		;
	while (semctl(set, 0, GETNCNT) != 1)
		;
	if (number)
		kill(getppid(), number);
	if (add)
		semop(set, &post, 1);
	_exit(0);
}

static int
wait_twice(int set, int number)
{
	struct sembuf take = {.sem_op = -1};
	const pid_t first = poke(set, -1, number, 0);
	const int pidfd = (int)syscall(SYS_pidfd_open, first, 0);
	const pid_t second = poke(set, pidfd, 0, 1);
	const int result = semop(set, &take, 1) ? errno : 0;

	if (result)
		kill(second, SIGKILL);
	waitpid(first, NULL, 0);
	waitpid(second, NULL, 0);
	close(pidfd);
	return result;
}

static int
wait_often(int number)
{
	const int set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	int failed = 0;

	for (int i = 0; i < ROUNDS && !failed; i++)
		failed = wait_twice(set, number);
	semctl(set, 0, IPC_RMID);
	return failed;
}

/* A child that ends must not interrupt semop(2), nor what is ignored. */
static int
be_woken(const char *argument)
{
	const int number = argument ? atoi(argument) : 0;

	if (number)
		signal(number, SIG_IGN);
	return wait_often(number);
}

/* What has a handler must. */
static int
be_interrupted(const char *argument)
{
	const struct sigaction handle = {.sa_handler = note,
					 .sa_flags = SA_RESTART};
	const int number = atoi(argument);

	sigaction(number, &handle, NULL);
	for (int i = 0; i < ROUNDS; i++)
		if (wait_often(number) != EINTR)
			return UNEXPECTED;
	return seen;
}

static int
look_at_session(const char *argument)
{
	(void)argument;
	return getsid(0) == getpid() ? 0 : UNEXPECTED;
}

static int
use_ptrace(const char *argument)
{
	(void)argument;
	return ptrace(PTRACE_TRACEME, 0, 0, 0) ? errno : 0;
}

/* Returns 0 once @action is what comes of the system call @number. */
static int
put_filter(unsigned number, unsigned action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {4, code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int
use_filter(const char *argument)
{
	(void)argument;
	return put_filter(SYS_shmget, SECCOMP_RET_ERRNO | EPERM)
		       ? UNEXPECTED
		       : make_and_remove();
}

/* A filter that wants a tracer, at a call of ours or at another. */
static int
want_tracer(const char *argument)
{
	(void)argument;
	if (put_filter(SYS_getppid, SECCOMP_RET_TRACE) ||
	    put_filter(SYS_shmget, SECCOMP_RET_TRACE) ||
	    syscall(SYS_getppid) != -1)
		return UNEXPECTED;
	return make_and_remove();
}

/* The kernel leaves alone the register that an argument came in. */
static int
get_with_flags(int key, long flags)
{
	long after = flags;
	long result;

#ifdef __x86_64__
	__asm__ volatile("syscall"
			 : "=a"(result), "+d"(after)
			 : "a"(SYS_shmget), "D"((long)key), "S"(1L)
			 : "rcx", "r11", "memory");
#else
	result = syscall(SYS_shmget, key, 1L, flags);
#endif
	segment = (int)result;
	return result < 0 ? (int)-result : after != flags ? UNEXPECTED : 0;
}

/* Makes it, then finds it. */
static int
find(const char *argument)
{
	int failed = get_with_flags(1234, IPC_CREAT | 0600);
	const int made = segment;

	(void)argument;
	if (!failed)
		failed = get_with_flags(1234, IPC_CREAT | 0600);
	if (!failed && segment != made)
		failed = UNEXPECTED;
	shmctl(made, IPC_RMID, NULL);
	return failed;
}

static int
close_all(const char *argument)
{
	(void)argument;
	for (int fd = 0; fd < 1000; fd++)
		close(fd);
	return make_and_remove();
}

static int
call_i386(const char *argument)
{
	(void)argument;
#ifdef __x86_64__
	long result = 20; /* getpid */

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 :
			 : "memory", "r8", "r9", "r10", "r11");
	if (result != getpid())
		return UNEXPECTED;
#endif
	return make_and_remove();
}

static int
call_x32(const char *argument)
{
	(void)argument;
#ifdef __x86_64__
	syscall(SYS_getpid | 0x40000000);
#endif
	return make_and_remove();
}

/* Goes on as a 32-bit program, and sends itself what it ignores: SIGURG. */
static int
be_i386(const char *argument)
{
	(void)argument;
#ifdef __x86_64__
	static const unsigned char code[] = {
		0xb8, 20,   0, 0, 0,		 /* getpid */
		0xcd, 0x80,			 /* int $0x80 */
		0x89, 0xc3,			 /* mov %eax, %ebx */
		0xb9, 23,   0, 0, 0,		 /* SIGURG */
		0xb8, 37,   0, 0, 0, 0xcd, 0x80, /* kill */
		0x31, 0xdb,			 /* xor %ebx, %ebx */
		0xb8, 252,  0, 0, 0, 0xcd, 0x80, /* exit_group */
	};
	void *low = mmap(NULL, sizeof(code), PROT_READ | PROT_WRITE | PROT_EXEC,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (low == MAP_FAILED)
		return UNEXPECTED;
	memcpy(low, code, sizeof(code));
	/* 0x23: the kernel's code segment of 32-bit programs. */
	__asm__ volatile("pushq $0x23\n\tpushq %0\n\tlretq" : : "r"(low));
#endif
	return UNEXPECTED;
}

static int
loop(const char *argument)
{
	(void)argument;
	while (make_and_remove() == 0)
		;
	return UNEXPECTED;
}

static int
fall_asleep(const char *argument)
{
	(void)argument;
	pause();
	return UNEXPECTED;
}

/* Descriptors, dispositions and the mask are what a shell would give. */
static int
look_at_self(const char *argument)
{
	sigset_t mask;

	(void)argument;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int i = 1; i < SIGRTMIN; i++) {
		struct sigaction action;

		if (sigaction(i, NULL, &action) == 0 &&
		    action.sa_handler != SIG_DFL)
			return i;
		if (sigismember(&mask, i) == 1)
			return i;
	}
	for (int fd = 3; fd < 1000; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return UNEXPECTED;
	return 0;
}

static const struct {
	const char *name;
	int (*act)(const char *argument);
} acts[] = {
	{"get", get},
	{"find", find},
	{"handle", handle},
	{"ignore", ignore},
	{"at-exit", at_exit},
	{"clean-at-exit", clean_at_exit},
	{"clean-at-signal", clean_at_signal},
	{"be-interrupted-twice", be_interrupted_twice},
	{"inlined", inlined},
	{"deep", deep},
	{"astray", go_astray},
	{"block", block_signal},
	{"tell-code", tell_code},
	{"return", return_from},
	{"escape", escape_from},
	{"sigwait", wait_for_signal},
	{"be-woken", be_woken},
	{"be-interrupted", be_interrupted},
	{"session", look_at_session},
	{"ptrace", use_ptrace},
	{"filter", use_filter},
	{"want-tracer", want_tracer},
	{"close-all", close_all},
	{"i386", call_i386},
	{"x32", call_x32},
	{"be-i386", be_i386},
	{"loop", loop},
	{"sleep", fall_asleep},
	{"self", look_at_self},
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(acts) / sizeof(*acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return acts[i].act(argv[2]);
	return UNEXPECTED;
}
