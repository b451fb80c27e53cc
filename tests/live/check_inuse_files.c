/* SPDX-License-Identifier: MIT */
/*
 * check_inuse_files.c - live: whether files, POSIX queues and sockets are in
 * use, with processes that use them.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "tests/support/asking.h"
#include "tests/support/children.h"
#include "tests/support/objects.h"

Suite *inuse_files_suite(void);

enum { MODE = 0600, BYTES = 4096, DEADLINE_MS = 20000 };

/* Files: POSIX shared memory and named semaphores. */

static const char *const shm_path = ASKING_DIR "a";

static void
make_file(void)
{
	CLEANUP_FD int fd = open(shm_path, O_CREAT | O_RDWR, MODE);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, BYTES), 0);
}

static void
open_file(void *flags)
{
	if (open(shm_path, *(int *)flags) < 0)
		_exit(1);
}

/* shm_open(3), mmap(2), close(2): what all programs do. */
static void
map_file(void *flags)
{
	int fd = open(shm_path, *(int *)flags);
	int protection =
		*(int *)flags == O_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;

	if (mmap(NULL, BYTES, protection, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(1);
	close(fd);
}

START_TEST(a_file_that_is_open_is_busy)
{
	static int flags[] = {O_RDONLY, O_WRONLY, O_RDWR};
	struct object file;
	pid_t pid;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	CHECK_USE(&file, USE_FREE);
	pid = child_holds(open_file, &flags[_i]);
	CHECK_USE(&file, USE_BUSY);
	CHECK_SAYS("open in ");
	CHECK_NAMES(pid);
	child_end(pid);
	CHECK_USE(&file, USE_FREE);
}
END_TEST

START_TEST(a_file_that_is_only_mapped_is_busy)
{
	static int flags[] = {O_RDONLY, O_RDWR};
	struct object file;
	pid_t pid;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	pid = child_holds(map_file, &flags[_i]);
	CHECK_USE(&file, USE_BUSY);
	CHECK_SAYS("mapped by ");
	CHECK_NAMES(pid);
	child_end(pid);
	CHECK_USE(&file, USE_FREE);
}
END_TEST

/* A descriptor in a socket's queue is in no process, and still counts. */
START_TEST(a_file_that_is_under_way_is_busy)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	char byte = 0;
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	struct object file;
	int pair[2];
	int fd;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	fd = open(shm_path, O_RDWR);
	*header = (struct cmsghdr) {.cmsg_level = SOL_SOCKET,
				    .cmsg_type = SCM_RIGHTS,
				    .cmsg_len = CMSG_LEN(sizeof(int))};
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(sendmsg(pair[0], &message, 0), 1);
	close(fd);
	CHECK_USE(&file, USE_BUSY);
	CHECK_SAYS("a process that cannot be seen");
}
END_TEST

static void
open_again_and_again(void *count)
{
	for (int i = 0; i < *(int *)count; i++) {
		int fd = open(shm_path, O_RDONLY);

		if (fd < 0)
			_exit(1);
		close(fd);
	}
}

/* Who opens the file meanwhile waits a moment; it neither fails nor ends us. */
START_TEST(asking_disturbs_nobody)
{
	int64_t deadline_ns = clock_deadline_ns(DEADLINE_MS);
	struct object file;
	int count = 20000;
	int status;
	pid_t pid;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	pid = fork();
	if (pid == 0) {
		open_again_and_again(&count);
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		enum use use = asking_ask(&file);

		ck_assert(use == USE_FREE || use == USE_BUSY);
		ck_assert_int_gt(clock_left_ms(deadline_ns), 0);
	}
	ck_assert_int_eq(status, 0);
	CHECK_USE(&file, USE_FREE);
}
END_TEST

START_TEST(the_signal_mask_is_put_back)
{
	struct object file;
	sigset_t mask;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	CHECK_USE(&file, USE_FREE);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	ck_assert(!sigismember(&mask, SIGIO));
	sigpending(&mask);
	ck_assert(!sigismember(&mask, SIGIO));
}
END_TEST

START_TEST(a_file_of_another_user_is_unknown)
{
	struct object file;

	if (skip_unless_root("a_file_of_another_user_is_unknown"))
		return;
	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	become_nobody();
	CHECK_USE(&file, USE_UNKNOWN);
	CHECK_SAYS("Permission denied");
}
END_TEST

START_TEST(without_a_lease_a_readable_file_is_unknown)
{
	struct object file;

	if (skip_unless_root("without_a_lease_a_readable_file_is_unknown"))
		return;
	make_file();
	ck_assert_int_eq(chmod(shm_path, 0666), 0);
	file = object_at(KIND_POSIX_SHM, shm_path);
	become_nobody();
	CHECK_USE(&file, USE_UNKNOWN);
	CHECK_SAYS("F_SETLEASE");
}
END_TEST

/* Root of a container has no CAP_LEASE, but may be anybody. */
START_TEST(without_the_capability_root_still_knows)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	struct object file;
	int flags = O_RDWR;
	pid_t pid;

	if (skip_unless_root("without_the_capability_root_still_knows"))
		return;
	make_file();
	ck_assert_int_eq(chown(shm_path, ASKING_NOBODY, ASKING_NOBODY), 0);
	file = object_at(KIND_POSIX_SHM, shm_path);
	pid = child_holds(open_file, &flags);
	ck_assert_int_eq(syscall(SYS_capget, &header, data), 0);
	data[0].effective &= ~(1u << CAP_LEASE);
	data[0].permitted &= ~(1u << CAP_LEASE);
	ck_assert_int_eq(syscall(SYS_capset, &header, data), 0);
	CHECK_USE(&file, USE_BUSY);
	child_end(pid);
	CHECK_USE(&file, USE_FREE);
	ck_assert_int_eq(setfsuid((uid_t)-1), 0); /* it is root again */
}
END_TEST

static void
open_named_semaphore(void *name)
{
	if (sem_open(name, O_CREAT, MODE, 1) == SEM_FAILED)
		_exit(1);
}

START_TEST(a_named_semaphore_is_busy_while_mapped)
{
	char name[] = "/s";
	pid_t pid = child_holds(open_named_semaphore, name);
	struct object semaphore = object_at(KIND_POSIX_SEM, ASKING_DIR "sem.s");

	CHECK_USE(&semaphore, USE_BUSY);
	CHECK_NAMES(pid);
	child_end(pid);
	CHECK_USE(&semaphore, USE_FREE);
}
END_TEST

/* POSIX message queues. */

static void
open_mqueue(void *name)
{
	struct sigevent event = {.sigev_notify = SIGEV_NONE};
	mqd_t queue = mq_open(name, O_CREAT | O_RDWR, MODE, NULL);

	if (queue < 0 || mq_notify(queue, &event))
		_exit(1);
}

START_TEST(a_mqueue_is_busy_while_open)
{
	char name[] = "/q";
	pid_t pid = child_holds(open_mqueue, name);
	struct object queue = object_at(KIND_POSIX_MQ, name);

	CHECK_USE(&queue, USE_BUSY);
	CHECK_SAYS("open in ");
	CHECK_NAMES(pid);
	child_end(pid);
	CHECK_USE(&queue, USE_FREE);
}
END_TEST

/* Sockets. */

static const char *const socket_path = ASKING_DIR "socket";

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

static int
bind_socket(int type, const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	return fd;
}

static const int socket_types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};

START_TEST(a_bound_socket_is_busy)
{
	int fd = bind_socket(socket_types[_i], socket_path);
	struct object path = object_at(KIND_UNIX_SOCKET, socket_path);

	CHECK_USE(&path, USE_BUSY);
	close(fd);
	CHECK_USE(&path, USE_FREE);
	CHECK_SAYS("no socket is bound to it");
}
END_TEST

START_TEST(a_server_does_not_notice)
{
	int fd = bind_socket(socket_types[_i], socket_path);
	struct object path = object_at(KIND_UNIX_SOCKET, socket_path);
	char byte;

	if (socket_types[_i] != SOCK_DGRAM)
		ck_assert_int_eq(listen(fd, 1), 0);
	/* More often than its queue is long. */
	for (int i = 0; i < 8; i++)
		CHECK_USE(&path, USE_BUSY);
	if (socket_types[_i] == SOCK_DGRAM)
		ck_assert_int_eq(recv(fd, &byte, 1, 0), -1);
	else
		ck_assert_int_eq(accept(fd, NULL, NULL), -1);
	ck_assert_int_eq(errno, EAGAIN);
	close(fd);
}
END_TEST

START_TEST(a_connected_datagram_server_is_busy)
{
	int fd = bind_socket(SOCK_DGRAM, socket_path);
	int peer = bind_socket(SOCK_DGRAM, ASKING_DIR "peer");
	struct sockaddr_un address = address_of(ASKING_DIR "peer");
	struct object path = object_at(KIND_UNIX_SOCKET, socket_path);

	ck_assert_int_eq(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CHECK_USE(&path, USE_BUSY);
	close(peer);
	CHECK_USE(&path, USE_BUSY);
	close(fd);
	CHECK_USE(&path, USE_FREE);
}
END_TEST

/* Longer than an address can be: bound from inside the directory. */
START_TEST(a_long_path_is_told_apart)
{
	CLEANUP_BUF struct buf name = {0};
	struct object path;
	int fd;

	buf_add_text(&name, ASKING_DIR);
	for (int i = 0; i < 200; i++)
		buf_add_text(&name, "d");
	ck_assert_int_eq(mkdir(buf_text(&name), 0700), 0);
	ck_assert_int_eq(chdir(buf_text(&name)), 0);
	fd = bind_socket(SOCK_STREAM, "s");
	buf_add_text(&name, "/s");
	path = object_at(KIND_UNIX_SOCKET, buf_text(&name));
	CHECK_USE(&path, USE_BUSY);
	close(fd);
	CHECK_USE(&path, USE_FREE);
}
END_TEST

START_TEST(a_socket_that_may_not_be_connected_to_is_unknown)
{
	struct object path;

	if (skip_unless_root(
		    "a_socket_that_may_not_be_connected_to_is_unknown"))
		return;
	close(bind_socket(SOCK_STREAM, socket_path));
	ck_assert_int_eq(chmod(socket_path, MODE), 0);
	path = object_at(KIND_UNIX_SOCKET, socket_path);
	become_nobody();
	CHECK_USE(&path, USE_UNKNOWN);
	CHECK_SAYS("Permission denied");
}
END_TEST

/* hugetlbfs stands for all that is not known to be this machine's only. */
START_TEST(what_other_machines_may_use_is_unknown)
{
	struct object fifo;
	struct object path;

	if (skip_unless(mkdir(ASKING_DIR "huge", 0700) == 0 &&
				mount("none", ASKING_DIR "huge", "hugetlbfs", 0,
				      NULL) == 0,
			"what_other_machines_may_use_is_unknown",
			"hugetlbfs cannot be mounted"))
		return;
	ck_assert_int_eq(mkfifo(ASKING_DIR "huge/fifo", MODE), 0);
	fifo = object_at(KIND_FIFO, ASKING_DIR "huge/fifo");
	CHECK_USE(&fifo, USE_UNKNOWN);
	CHECK_SAYS("other machines");
	close(bind_socket(SOCK_STREAM, ASKING_DIR "huge/socket"));
	path = object_at(KIND_UNIX_SOCKET, ASKING_DIR "huge/socket");
	CHECK_USE(&path, USE_UNKNOWN);
	CHECK_SAYS("other machines");
}
END_TEST

START_TEST(another_of_the_same_name_is_not_asked_about)
{
	struct object file;
	int flags = O_RDWR;
	pid_t pid;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	ck_assert_int_eq(unlink(shm_path), 0);
	make_file();
	pid = child_holds(open_file, &flags);
	CHECK_USE(&file, USE_FREE);
	CHECK_SAYS("it is gone");
	child_end(pid);
}
END_TEST

/* Opening what has become a FIFO would be noticed at its other end. */
START_TEST(what_became_a_fifo_is_not_opened)
{
	struct object file;
	int flags = O_WRONLY;
	pid_t pid;

	make_file();
	file = object_at(KIND_POSIX_SHM, shm_path);
	ck_assert_int_eq(unlink(shm_path), 0);
	ck_assert_int_eq(mkfifo(shm_path, MODE), 0);
	pid = child_waits(open_file, &flags, SYS_openat);
	CHECK_USE(&file, USE_FREE);
	wait_for_call(pid, SYS_openat);
	child_end(pid);
}
END_TEST

Suite *
inuse_files_suite(void)
{
	Suite *suite = suite_create("inuse_files");
	TCase *tests = asking_tcase(suite, "inuse_files");

	if (!tests)
		return suite;
	tcase_add_loop_test(tests, a_file_that_is_open_is_busy, 0, 3);
	tcase_add_loop_test(tests, a_file_that_is_only_mapped_is_busy, 0, 2);
	tcase_add_test(tests, a_file_that_is_under_way_is_busy);
	tcase_add_test(tests, asking_disturbs_nobody);
	tcase_add_test(tests, the_signal_mask_is_put_back);
	tcase_add_test(tests, a_file_of_another_user_is_unknown);
	tcase_add_test(tests, without_a_lease_a_readable_file_is_unknown);
	tcase_add_test(tests, without_the_capability_root_still_knows);
	tcase_add_test(tests, a_named_semaphore_is_busy_while_mapped);
	tcase_add_test(tests, a_mqueue_is_busy_while_open);
	tcase_add_loop_test(tests, a_bound_socket_is_busy, 0,
			    ARRAY_LEN(socket_types));
	tcase_add_loop_test(tests, a_server_does_not_notice, 0,
			    ARRAY_LEN(socket_types));
	tcase_add_test(tests, a_connected_datagram_server_is_busy);
	tcase_add_test(tests, a_long_path_is_told_apart);
	tcase_add_test(tests, a_socket_that_may_not_be_connected_to_is_unknown);
	tcase_add_test(tests, what_other_machines_may_use_is_unknown);
	tcase_add_test(tests, another_of_the_same_name_is_not_asked_about);
	tcase_add_test(tests, what_became_a_fifo_is_not_opened);
	return suite;
}
