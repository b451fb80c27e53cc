/* SPDX-License-Identifier: MIT */
/*
 * ipckill.c - runs a command that writes a log, sends a signal to some of its
 * processes when the log has got so far, and waits until nothing of it lives.
 *
 *	ipckill SIGNALS NAMES RECORDS MICROSECONDS LOG COMMAND [ARG]...
 *
 * SIGNALS: "9", or "2,2,2" for several one after the other. NAMES: whom, by
 * comma, as /proc/PID/comm has it; all at one moment, so many microseconds
 * after LOG has got so many lines. With no process of such a name there then
 * it is the moment when there is one.
 *
 * Prints on descriptor 3 "sent" or, when the command ended before that,
 * "missed"; then how the command ended, "exit 1" or "signal 9"; then how many
 * lines LOG has. All that the command has started becomes a child of ours,
 * whoever dies (PR_SET_CHILD_SUBREAPER): so it is known when all are dead. What
 * lives on for too long is told on stderr and killed; the exit status is 1
 * then.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RESULT_FD = 3, LIMIT_S = 40, PROCESSES_MAX = 4096, NAME_MAX_COMM = 16 };

struct process {
	pid_t pid, parent;
	char name[NAME_MAX_COMM + 1];
	bool ours;
};

static struct process processes[PROCESSES_MAX];
static int process_count;
static pid_t command;
static int command_status = -1;
static time_t deadline;

static time_t
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* "123 (name) S 1 ...": the name ends at the last parenthesis. */
static bool
read_process(const char *pid, struct process *process)
{
	char path[64];
	char text[512];
	char *open_bracket, *end;
	FILE *file;
	size_t length;
	char state;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	open_bracket = strchr(text, '(');
	end = strrchr(text, ')');
	if (!open_bracket || !end ||
	    sscanf(end + 1, " %c %d", &state, &process->parent) != 2)
		return false;
	*end = '\0';
	snprintf(process->name, sizeof(process->name), "%s", open_bracket + 1);
	process->pid = atoi(pid);
	process->ours = process->pid == getpid();
	return state != 'Z';
}

static bool
is_ours(pid_t pid)
{
	for (int i = 0; i < process_count; i++)
		if (processes[i].pid == pid)
			return processes[i].ours;
	return false;
}

static void
mark_ours(void)
{
	bool more;

	do {
		more = false;
		for (int i = 0; i < process_count; i++)
			if (!processes[i].ours && is_ours(processes[i].parent))
				more = processes[i].ours = true;
	} while (more);
}

static void
look_at_processes(void)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;

	process_count = 0;
	while ((entry = readdir(directory)) && process_count < PROCESSES_MAX)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    read_process(entry->d_name, &processes[process_count]))
			process_count++;
	closedir(directory);
	mark_ours();
}

static bool
is_named(const char *name, const char *names)
{
	const size_t length = strlen(name);

	for (; *names; names += strcspn(names, ","), names += *names == ',')
		if (strcspn(names, ",") == length &&
		    strncmp(names, name, length) == 0)
			return true;
	return false;
}

static void
send_all(pid_t pid, const char *signals)
{
	for (; *signals;
	     signals += strcspn(signals, ","), signals += *signals == ',')
		(void)kill(pid, atoi(signals));
}

/* Returns how many they were. */
static int
signal_those(const char *names, const char *signals)
{
	int found = 0;

	look_at_processes();
	for (int i = 0; i < process_count; i++) {
		const struct process *process = &processes[i];

		if (!process->ours || !is_named(process->name, names))
			continue;
		send_all(process->pid, signals);
		found++;
	}
	return found;
}

static void
kill_all(void)
{
	look_at_processes();
	for (int i = 0; i < process_count; i++) {
		const struct process *process = &processes[i];

		if (!process->ours || process->pid == getpid())
			continue;
		fprintf(stderr, "ipckill: %d (%s) lives on\n", process->pid,
			process->name);
		(void)kill(process->pid, SIGKILL);
	}
}

static int
count_lines(const char *path)
{
	static char bytes[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int lines = 0;
	ssize_t got;

	if (fd < 0)
		return 0;
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < got; i++)
			lines += bytes[i] == '\n';
	close(fd);
	return lines;
}

/* Reap what has ended. Returns whether anything is left. */
static bool
reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
		if (pid == command)
			command_status = status;
	return pid == 0;
}

/* Let others run. Returns false when it has taken too long. */
static bool
wait_a_little(void)
{
	(void)poll(NULL, 0, 1);
	return now_s() < deadline;
}

static void
spend(long microseconds)
{
	struct timespec start, now;
	long spent;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
		spent = (now.tv_sec - start.tv_sec) * 1000000 +
			(now.tv_nsec - start.tv_nsec) / 1000;
	} while (spent < microseconds);
}

/* Has the command still to end? */
static bool
is_running(void)
{
	return reap() && command_status == -1;
}

/* Returns whether somebody was there to get it. */
static bool
signal_in_time(char **argv)
{
	const char *log = argv[4];
	const int records = atoi(argv[2]);

	while (count_lines(log) < records)
		if (!is_running() || !wait_a_little())
			return false;
	spend(atol(argv[3]));
	while (!signal_those(argv[1], argv[0]))
		if (!is_running() || !wait_a_little())
			return false;
	return true;
}

/* Returns whether all ended by themselves. */
static bool
await_the_end(void)
{
	bool in_time = true;

	while (in_time && reap())
		in_time = wait_a_little();
	if (!in_time)
		kill_all();
	return in_time;
}

/* As a shell in the foreground starts it. */
static void
start(char **argv)
{
	command = fork();
	if (command != 0)
		return;
	close(RESULT_FD);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	bool sent, tidy;

	if (argc < 7)
		return 2;
	deadline = now_s() + LIMIT_S;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	start(argv + 6);
	sent = signal_in_time(argv + 1);
	tidy = await_the_end();
	dprintf(RESULT_FD, "%s %s %d %d\n", sent ? "sent" : "missed",
		WIFSIGNALED(command_status) ? "signal" : "exit",
		WIFSIGNALED(command_status) ? WTERMSIG(command_status)
					    : WEXITSTATUS(command_status),
		count_lines(argv[5]));
	return tidy ? 0 : 1;
}
