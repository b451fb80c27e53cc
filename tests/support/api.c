/* SPDX-License-Identifier: MIT */
/* api.c - what the tests of the library's interface share. */
#include "tests/support/api.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "tests/support/live.h"

struct leakcheck_error api_error;

static int
make_segment(void)
{
	return shmget(API_KEY, API_BYTES, IPC_CREAT | IPC_EXCL | API_MODE);
}

static int
make_set(void)
{
	return semget(API_KEY, 2, IPC_CREAT | IPC_EXCL | API_MODE);
}

static int
make_queue(void)
{
	return msgget(API_KEY, IPC_CREAT | IPC_EXCL | API_MODE);
}

static int
make_shm(void)
{
	return shm_open("/api", O_CREAT | O_EXCL | O_RDWR, API_MODE);
}

static int
make_sem(void)
{
	return sem_open("/api", O_CREAT | O_EXCL, API_MODE, 1) == SEM_FAILED
		       ? -1
		       : 0;
}

static int
make_mq(void)
{
	return mq_open("/api", O_CREAT | O_EXCL | O_RDWR, API_MODE, NULL);
}

static int
make_fifo(void)
{
	return mkfifo(LIVE_DIR "/api-fifo", API_MODE);
}

static int
make_socket(void)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX,
					    .sun_path = LIVE_DIR "/api-socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	umask(0777 & ~API_MODE);
	return bind(fd, (const struct sockaddr *)&address, sizeof(address));
}

const struct api_maker api_makers[API_KINDS] = {
	[LEAKCHECK_SYSV_SHM] = {make_segment, NULL, "sysv-shm"},
	[LEAKCHECK_SYSV_SEM] = {make_set, NULL, "sysv-sem"},
	[LEAKCHECK_SYSV_MSG] = {make_queue, NULL, "sysv-msg"},
	[LEAKCHECK_POSIX_SHM] = {make_shm, "/dev/shm/api", "posix-shm"},
	[LEAKCHECK_POSIX_SEM] = {make_sem, "/dev/shm/sem.api", "posix-sem"},
	[LEAKCHECK_POSIX_MQ] = {make_mq, "/api", "posix-mq"},
	[LEAKCHECK_FIFO] = {make_fifo, LIVE_DIR "/api-fifo", "fifo"},
	[LEAKCHECK_UNIX_SOCKET] = {make_socket, LIVE_DIR "/api-socket",
				   "unix-socket"},
};

int
api_make(enum leakcheck_kind kind)
{
	int result = api_makers[kind].make();

	ck_assert_msg(result >= 0, "%s: %s", api_makers[kind].name,
		      strerror(errno));
	return result;
}

void
api_make_all(void)
{
	for (int i = 0; i < API_KINDS; i++)
		api_make((enum leakcheck_kind)i);
}

/* Only LIVE_DIR, or a test would see what others do in /tmp. */
struct leakcheck_options *
api_options(void)
{
	struct leakcheck_options *options = leakcheck_options_new();

	OK(leakcheck_options_watch(options, LIVE_DIR, &api_error));
	return options;
}

struct leakcheck_snapshot *
api_take(void)
{
	struct leakcheck_options *options = api_options();
	struct leakcheck_snapshot *snapshot =
		leakcheck_snapshot_take(options, &api_error);

	HAVE(snapshot);
	leakcheck_options_free(options);
	return snapshot;
}

/* All that says what the process may do, as the kernel has it. */
static void
read_privileges(struct buf *into)
{
	static const char *const labels[] = {"Uid:", "Gid:", "Cap", "NoNew"};
	CLEANUP_BUF struct buf status = {0};
	char *rest;

	ck_assert_int_eq(fd_read_file(AT_FDCWD, "/proc/self/status", &status),
			 0);
	for (char *line = strtok_r(status.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		for (size_t i = 0; i < ARRAY_LEN(labels); i++)
			if (!strncmp(line, labels[i], strlen(labels[i])))
				buf_printf(into, "%s\n", line);
	buf_printf(into, "dumpable %d, securebits %d\n", prctl(PR_GET_DUMPABLE),
		   prctl(PR_GET_SECUREBITS));
}

/* Isolate, or fail the test; privileges must be what they were. */
void
api_isolate(struct leakcheck_options *options)
{
	CLEANUP_BUF struct buf before = {0};
	CLEANUP_BUF struct buf after = {0};

	read_privileges(&before);
	OK(leakcheck_isolate(options, &api_error));
	read_privileges(&after);
	ck_assert_str_eq(buf_text(&after), buf_text(&before));
}

/* As a program that the user has started: prctl(2), PR_SET_DUMPABLE. */
void
api_become_user(void)
{
	live_drop_rights();
	prctl(PR_SET_DUMPABLE, 1);
}

bool
api_can_isolate(const char *test)
{
	if (!leakcheck_can_isolate(&api_error))
		return true;
	printf("SKIP %s: %s\n", test, api_error.message);
	fflush(stdout);
	return false;
}
