/* SPDX-License-Identifier: MIT */
/*
 * launch.c - the child that becomes the target.
 *
 * It shares our memory until it executes. To fork(2) would cost a fifth of a
 * short trial, for pages that are copied to be thrown away. vfork(2) would keep
 * us from serving its stops, the first of which comes before it executes: at
 * execve(2), if that is in the filter. A thread cannot be kept waiting in our
 * place, for who makes a pid namespace for its children can make no thread any
 * more: clone(2), EINVAL.
 *
 * So both run at one time, each on a stack of its own, but with one thread's
 * local storage, errno in it. What runs in the child (CHILD) therefore calls
 * nothing of libc, makes system calls, and writes to its stack and to struct
 * launch only. All that takes more is done before. It has descriptors, signal
 * dispositions and a mask of its own.
 */
#include "harness/tracer/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/filter.h"

/* The sanitizer would keep the variables of both in one place. */
#define CHILD NO_ASAN static

/* Returns the result, or -errno. */
#define CALL(number, ...) \
	arch_system_call(number, (const long[CALL_ARGS]) {__VA_ARGS__})

enum { FIRST_FREE_FD = 3 };

/* As the kernel has them. All zero is SIG_DFL without flags, and no signal. */
struct kernel_action {
	unsigned long handler, flags, restorer;
	uint64_t mask;
};

CHILD NORETURN void
fail(struct launch *launch, enum launch_stage stage, long result)
{
	launch->failure = (struct launch_failure) {stage, (int)-result};
	for (;;)
		CALL(SYS_exit_group, 1);
}

/* Our end of the pipe, or its end would never come. */
CHILD void
await_go(struct launch *launch)
{
	char go;

	CALL(SYS_close, launch->go[1]);
	if (CALL(SYS_read, launch->go[0], (long)&go, sizeof(go)) != sizeof(go))
		fail(launch, LAUNCH_NONE, 0); /* the tracer is gone */
}

/* What exec does not reset: what is ignored, and the mask. */
CHILD void
reset_signals(void)
{
	const struct kernel_action plain = {0};

	for (int i = 1; i < NSIG; i++) /* SIGKILL: EINVAL */
		CALL(SYS_rt_sigaction, i, (long)&plain, 0, sizeof(plain.mask));
	CALL(SYS_rt_sigprocmask, SIG_SETMASK, (long)&plain.mask, 0,
	     sizeof(plain.mask));
}

/* Out of the way first: one may have the number that another is to get. */
CHILD long
place_descriptors(const struct tracer_settings *settings)
{
	long fds[FIRST_FREE_FD] = {settings->input, settings->output,
				   settings->error};
	long result = 0;

	for (int i = 0; i < FIRST_FREE_FD && result >= 0; i++)
		result = fds[i] =
			CALL(SYS_fcntl, fds[i], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	for (int i = 0; i < FIRST_FREE_FD && result >= 0; i++)
		result = CALL(SYS_dup3, fds[i], i, 0);
	return result;
}

CHILD long
execute(const struct launch *launch, const char *program, char *const *argv)
{
	return CALL(SYS_execve, (long)program, (long)argv,
		    (long)launch->environment);
}

/* What keeps execvp(3) from none of the other places. */
CHILD bool
is_not_there(long result)
{
	return result == -ENOENT || result == -ENOTDIR || result == -ESTALE ||
	       result == -ENODEV || result == -ETIMEDOUT ||
	       result == -ENAMETOOLONG || result == -EACCES;
}

/* Returns only if it fails. As execvp(3): where one place refuses, that. */
CHILD long
execute_first(struct launch *launch)
{
	long result = -ENOENT;
	bool refused = false;

	for (char **program = launch->programs; *program; program++) {
		result = execute(launch, *program, launch->settings->argv);
		if (result == -ENOEXEC) {
			launch->script[1] = *program;
			result = execute(launch, launch->script[0],
					 launch->script);
		}
		if (!is_not_there(result))
			return result;
		refused |= result == -EACCES;
	}
	return refused ? -EACCES : result;
}

CHILD int
become_target(void *argument)
{
	struct launch *launch = argument;
	const struct tracer_settings *settings = launch->settings;
	long result = place_descriptors(settings);

	if (result < 0)
		fail(launch, LAUNCH_INPUT, result);
	if (settings->own_session)
		CALL(SYS_setsid, 0);
	/* Refused in some containers: addresses are then others each time. */
	CALL(SYS_personality, ADDR_NO_RANDOMIZE);
	reset_signals();
	await_go(launch);
	result = settings->filter && !settings->detachable
			 ? -filter_load(settings->filter)
			 : 0;
	if (result < 0)
		fail(launch, LAUNCH_FILTER, result);
	fail(launch, LAUNCH_EXECUTE, execute_first(launch));
}

/* From here on: before there is a child. */

static char **
allocate(struct arena *arena, size_t count)
{
	return arena_alloc(arena, count * sizeof(char *));
}

static size_t
count_of(char *const *texts)
{
	size_t count = 0;

	while (texts && texts[count])
		count++;
	return count;
}

/* An empty directory is the working directory: execvp(3). */
static char *
join(struct arena *arena, const char *directory, size_t length,
     const char *name)
{
	char *path = arena_alloc(arena, length + strlen(name) + 2);

	memcpy(path, directory, length);
	if (length)
		path[length++] = '/';
	strcpy(path + length, name);
	return path;
}

static size_t
count_directories(const char *path)
{
	size_t count = 1;

	for (; *path; path++)
		count += *path == ':';
	return count;
}

/* Where there is a slash in it no place is searched. */
static const char *
path_for(const char *name)
{
	const char *path = getenv("PATH");

	if (!*name || strchr(name, '/'))
		return "";
	return path ? path : _PATH_DEFPATH;
}

static char **
find_programs(struct arena *arena, const char *name)
{
	const char *path = path_for(name);
	const size_t count = count_directories(path);
	char **programs = allocate(arena, count + 1);

	for (size_t i = 0; i < count; i++) {
		const size_t length = strcspn(path, ":");

		programs[i] = join(arena, path, length, name);
		path += length + 1;
	}
	programs[count] = NULL;
	return programs;
}

static char **
make_script(struct arena *arena, char *const *argv)
{
	static char shell[] = _PATH_BSHELL;
	const size_t count = count_of(argv);
	char **script = allocate(arena, count + 2);

	script[0] = shell;
	script[1] = argv[0];
	memcpy(script + 2, argv + 1, count * sizeof(*argv));
	return script;
}

/*
 * LeakSanitizer traces the threads of its own process and aborts when it may
 * not. Behind what the user has: the last setting counts.
 */
static const char *const switched_off[] = {"ASAN_OPTIONS", "LSAN_OPTIONS"};

static bool
is_variable(const char *setting, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(setting, name, length) == 0 && setting[length] == '=';
}

static bool
is_switched_off(const char *setting)
{
	for (size_t i = 0; i < ARRAY_LEN(switched_off); i++)
		if (is_variable(setting, switched_off[i]))
			return true;
	return false;
}

static char *
switch_leak_check_off(struct arena *arena, const char *variable)
{
	const char *given = getenv(variable);
	CLEANUP_FREE char *setting = mem_printf("%s=%s:detect_leaks=0",
						variable, given ? given : "");

	return arena_copy(arena, setting, strlen(setting));
}

static char **
make_environment(struct arena *arena)
{
	char **environment = allocate(
		arena, count_of(environ) + ARRAY_LEN(switched_off) + 1);
	size_t count = 0;

	for (char **setting = environ; setting && *setting; setting++)
		if (!is_switched_off(*setting))
			environment[count++] = *setting;
	for (size_t i = 0; i < ARRAY_LEN(switched_off); i++)
		environment[count++] =
			switch_leak_check_off(arena, switched_off[i]);
	environment[count] = NULL;
	return environment;
}

int
launch_prepare(struct launch *launch, const struct tracer_settings *settings,
	       struct err *err)
{
	*launch = (struct launch) {.settings = settings};
	if (pipe2(launch->go, O_CLOEXEC))
		return err_set(err, errno, "making a pipe");
	launch->programs = find_programs(&launch->arena, settings->argv[0]);
	launch->script = make_script(&launch->arena, settings->argv);
	launch->environment = make_environment(&launch->arena);
	launch->stack = arena_alloc(&launch->arena, LAUNCH_STACK_BYTES);
	return 0;
}

pid_t
launch_child(struct launch *launch)
{
	return clone(become_target, launch->stack + LAUNCH_STACK_BYTES,
		     CLONE_VM | SIGCHLD, launch);
}

/* The other end is open here, too: there is no SIGPIPE. */
void
launch_go(const struct launch *launch)
{
	(void)!write(launch->go[1], "", 1);
}

void
launch_release(struct launch *launch)
{
	close(launch->go[0]);
	close(launch->go[1]);
	arena_free(&launch->arena);
}
