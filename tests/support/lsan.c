/* SPDX-License-Identifier: MIT */
/*
 * lsan.c - tells LeakSanitizer where it cannot look. Also linked to leakcheck
 * in builds with sanitizers.
 *
 * It stops the threads of the process from a child, which it tells from
 * /proc/self/task. When /proc is of another pid namespace it ends the program
 * with an error; when children go to another pid namespace it waits for ever;
 * and it fails where somebody traces the process: strace(1) in our tests. With
 * a signal at the wrong moment it spins for ever, and keepers of ipcrash get
 * signals when they are to end.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What a link of /proc says, "" when it cannot be read. */
static void
read_link(const char *path, char *text, size_t size)
{
	ssize_t length = readlink(path, text, size - 1);

	text[length > 0 ? length : 0] = '\0';
}

static bool
proc_shows_us(void)
{
	char text[64];

	read_link("/proc/self", text, sizeof(text));
	return strtol(text, NULL, 10) == getpid();
}

static bool
children_stay_here(void)
{
	char here[64];
	char theirs[64];

	read_link("/proc/self/ns/pid", here, sizeof(here));
	read_link("/proc/self/ns/pid_for_children", theirs, sizeof(theirs));
	return !strcmp(here, theirs);
}

static bool
is_traced(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int tracer = 0;

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	if (status)
		fclose(status);
	return tracer != 0;
}

static bool
is_keeper(void)
{
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	return strcmp(name, "ipc-keeper") == 0;
}

/* Asked at the end of the program: sanitizer/lsan_interface.h. */
int __lsan_is_turned_off(void);
__attribute__((__visibility__("default"))) int
__lsan_is_turned_off(void)
{
	return !proc_shows_us() || !children_stay_here() || is_traced() ||
	       is_keeper();
}
