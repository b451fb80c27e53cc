/* SPDX-License-Identifier: MIT */
/* witness.c - serving the calls that the seccomp filter reports. */
#include "leakcheck/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h> /* RENAME_EXCHANGE */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "leakcheck/caller.h"
#include "leakcheck/snapshot.h"
#include "leakcheck/witness_filter.h"
#include "leakcheck/witness_get.h"
#include "leakcheck/witness_paths.h"
#include "leakcheck/witness_tries.h"
#include "model/call_paths.h"
#include "model/calls.h"

/* Linux 5.19; Debian 12's headers have it, older ones may not. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

enum { SPIN_LIMIT_MS = 2 };

struct witness {
	bool crowded;
	int proc_dir;	/* not owned */
	int listener;	/* -1: none */
	int channel[2]; /* child writes to [1], parent reads from [0] */
	struct sock_fprog filter;
	struct seccomp_notif_sizes sizes;
	struct seccomp_notif *request;
	struct get_log gets[KIND_COUNT]; /* of the System V kinds */
	struct path_log paths;
	struct arena texts;  /* command lines */
	const char *command; /* the latest of them */
	struct path_tries tries;
};

static int
seccomp_call(unsigned operation, unsigned long flags, void *argument)
{
	return (int)syscall(SYS_seccomp, operation, flags, argument);
}

static void
start_logs(struct witness *witness)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (KIND_SYSV & KIND_BIT(kind))
			get_log_start(&witness->gets[kind], (enum kind)kind);
}

struct witness *
witness_new(int proc_dir, bool crowded, struct err *err)
{
	struct witness *witness = mem_zalloc(sizeof(*witness));

	witness->proc_dir = proc_dir;
	witness->crowded = crowded;
	witness->listener = -1;
	witness->channel[0] = witness->channel[1] = -1;
	if (seccomp_call(SECCOMP_GET_NOTIF_SIZES, 0, &witness->sizes)) {
		err_set(err, errno, "seccomp user notification");
		goto fail;
	}
	witness_filter_make(&witness->filter);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
		       witness->channel)) {
		err_set(err, errno, "making a socket pair");
		goto fail;
	}
	/* The kernel may know more members than our header. */
	witness->request = mem_zalloc(witness->sizes.seccomp_notif +
				      sizeof(*witness->request));
	start_logs(witness);
	return witness;
fail:
	witness_free(witness);
	return NULL;
}

void
witness_free(struct witness *witness)
{
	if (!witness)
		return;
	fd_close(&witness->listener);
	fd_close(&witness->channel[0]);
	fd_close(&witness->channel[1]);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		get_log_free(&witness->gets[kind]);
	path_log_free(&witness->paths);
	path_tries_free(&witness->tries);
	arena_free(&witness->texts);
	free(witness->filter.filter);
	free(witness->request);
	free(witness);
}

/*
 * WAIT_KILLABLE_RECV: once we have seen a call no signal interrupts it, or
 * handlers without SA_RESTART would make it fail with EINTR where it never
 * does. Kernels before 5.19 do not know the flag.
 */
static int
install(struct witness *witness)
{
	const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	int fd = seccomp_call(SECCOMP_SET_MODE_FILTER,
			      flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
			      &witness->filter);

	if (fd < 0 && errno == EINVAL)
		fd = seccomp_call(SECCOMP_SET_MODE_FILTER, flags,
				  &witness->filter);
	return fd;
}

/* A descriptor as a message, cmsg(3), unix(7) "SCM_RIGHTS". */
struct parcel {
	struct msghdr message;
	struct iovec data;
	char byte; /* there must be at least one */
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
};

static void
parcel_prepare(struct parcel *parcel)
{
	*parcel = (struct parcel) {0};
	parcel->data = (struct iovec) {&parcel->byte, 1};
	parcel->message.msg_iov = &parcel->data;
	parcel->message.msg_iovlen = 1;
	parcel->message.msg_control = &parcel->control;
	parcel->message.msg_controllen = sizeof(parcel->control);
}

static int
send_descriptor(int channel, int fd)
{
	struct parcel parcel;

	parcel_prepare(&parcel);
	parcel.control.header.cmsg_len = CMSG_LEN(sizeof(int));
	parcel.control.header.cmsg_level = SOL_SOCKET;
	parcel.control.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&parcel.control.header), &fd, sizeof(fd));
	return sendmsg(channel, &parcel.message, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

int
witness_join(struct witness *witness)
{
	int listener = install(witness);
	int failed;

	if (listener < 0 && errno == EACCES &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		listener = install(witness);
	if (listener < 0)
		return errno;
	failed = send_descriptor(witness->channel[1], listener);
	close(listener);
	return failed;
}

void
witness_explain(int code, struct err *err)
{
	if (code == EBUSY)
		err_set(err, 0,
			"another seccomp listener is active already (a "
			"leakcheck or a container manager around this one)");
	else
		err_set(err, code, "the seccomp filter is refused");
}

int
witness_listen(struct witness *witness, struct err *err)
{
	struct parcel parcel;
	ssize_t got;

	parcel_prepare(&parcel);
	fd_close(&witness->channel[1]);
	do {
		got = recvmsg(witness->channel[0], &parcel.message,
			      MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	fd_close(&witness->channel[0]);
	if (got != 1 || !CMSG_FIRSTHDR(&parcel.message))
		return err_set(err, got < 0 ? errno : 0,
			       "the seccomp listener did not arrive");
	memcpy(&witness->listener, CMSG_DATA(&parcel.control.header),
	       sizeof(witness->listener));
	return 0;
}

void
witness_lend(const struct witness *witness, int channel)
{
	(void)send_descriptor(channel, witness->listener);
}

int
witness_fd(const struct witness *witness)
{
	return witness ? witness->listener : -1;
}

/*
 * Does the call that is looked at still wait? Its thread may have been killed
 * and its number be another's now, and then what was read by that number says
 * nothing. So this is asked after the reading, before anything is noted:
 * seccomp_unotify(2), SECCOMP_IOCTL_NOTIF_ID_VALID. A kernel that does not know
 * the number of our header says EINVAL.
 */
static bool
still_waits(const struct witness *witness)
{
	uint64_t id = witness->request->id;

	return !ioctl(witness->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) ||
	       errno != ENOENT;
}

static void
miss(struct witness *witness, unsigned kinds)
{
	if (still_waits(witness))
		path_log_miss(&witness->paths, kinds);
}

/* The command line of the caller, kept as long as the witness. */
static const char *
command_of(struct witness *witness, const struct caller *caller)
{
	CLEANUP_BUF struct buf line = {0};

	caller_add_command(caller, &line);
	if (!witness->command || strcmp(witness->command, buf_text(&line)) != 0)
		witness->command = arena_copy(&witness->texts, buf_text(&line),
					      line.length);
	return witness->command;
}

static struct maker
maker_of(struct witness *witness, const struct caller *caller)
{
	return (struct maker) {.pid = caller_process(caller),
			       .command = command_of(witness, caller)};
}

static void
serve_get(struct witness *witness, const struct caller *caller,
	  const struct seccomp_data *data)
{
	struct get_call call = {
		.call = {.caller = *caller, .number = data->nr}};
	enum kind kind = data->nr == SYS_shmget	  ? KIND_SYSV_SHM
			 : data->nr == SYS_semget ? KIND_SYSV_SEM
						  : KIND_SYSV_MSG;
	struct maker maker = maker_of(witness, caller);

	call.key = (uint32_t)data->args[0];
	/* size_t for shmget, int for semget */
	call.size =
		kind == KIND_SYSV_SHM ? data->args[1] : (uint32_t)data->args[1];
	call.pid = maker.pid;
	call.command = maker.command;
	witness_call_start(&call.call);
	if (!still_waits(witness))
		return;
	get_log_add(&witness->gets[kind], &call);
}

/*
 * The caller is about to make something of these kinds at @path. What nobody
 * else can reach needs no close look: it is there at the end, or is not.
 */
static void
remember_path(struct witness *witness, const struct caller *caller, int number,
	      unsigned kinds, const char *path)
{
	struct path_try try = {.call = {.caller = *caller, .number = number},
			       .kinds = kinds,
			       .path = path,
			       .maker = maker_of(witness, caller)};

	if (!still_waits(witness))
		return;
	path_tries_enter(&witness->paths, &try);
	witness_call_start(&try.call);
	if (witness->crowded || kinds == PATH_LOG_NODES)
		path_tries_add(&witness->tries, &try);
}

static void
serve_queue(struct witness *witness, const struct caller *caller,
	    const struct seccomp_data *data)
{
	CLEANUP_BUF struct buf name = {0};
	struct maker maker;
	mqd_t queue;

	/* The system call takes the name without the slash. */
	buf_add_text(&name, "/");
	if (!caller_read_text(caller, data->args[0], &name)) {
		miss(witness, KIND_BIT(KIND_POSIX_MQ));
		return;
	}
	queue = mq_open(buf_text(&name), O_RDONLY | O_CLOEXEC);
	if (queue != (mqd_t)-1)
		mq_close(queue);
	if (queue != (mqd_t)-1 || errno != ENOENT)
		return; /* opens what is there */
	maker = maker_of(witness, caller);
	if (still_waits(witness))
		path_log_add(&witness->paths, KIND_BIT(KIND_POSIX_MQ),
			     buf_text(&name), &maker);
}

/* Where @path of the caller is; false (and counted) when it is out of reach. */
static bool
follow_path(struct witness *witness, const struct caller *caller, int dirfd,
	    const char *path, struct buf *place, mode_t *mode)
{
	enum resolved resolved =
		caller_resolve(caller, dirfd, path, place, mode);

	if (resolved == RESOLVED_BEYOND)
		miss(witness, PATH_LOG_NODES);
	return resolved == RESOLVED;
}

/* The same for a path in the caller's memory. */
static bool
find_place(struct witness *witness, const struct caller *caller, int dirfd,
	   uint64_t text, struct buf *place, mode_t *mode)
{
	CLEANUP_BUF struct buf path = {0};

	if (caller_read_text(caller, text, &path))
		return follow_path(witness, caller, dirfd, buf_text(&path),
				   place, mode);
	miss(witness, PATH_LOG_NODES);
	return false;
}

static int
directory_argument(const struct seccomp_data *data, int index)
{
	return index < 0 ? AT_FDCWD : (int)data->args[index];
}

static void
serve_open(struct witness *witness, const struct caller *caller,
	   const struct seccomp_data *data)
{
	const struct call_paths *where = call_paths_find(data->nr);
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf place = {0};
	mode_t mode;

	if (!where ||
	    !caller_read_text(caller, data->args[where->path], &path) ||
	    !caller_may_mean_shm(buf_text(&path)) ||
	    caller_resolve(caller, directory_argument(data, where->dirfd),
			   buf_text(&path), &place, &mode) != RESOLVED ||
	    mode || !path_is_under(buf_text(&place), "/dev/shm"))
		return;
	remember_path(witness, caller, data->nr, PATH_LOG_FILES,
		      buf_text(&place));
}

static void
serve_node(struct witness *witness, const struct caller *caller,
	   const struct seccomp_data *data)
{
	const struct call_paths *where = call_paths_find(data->nr);
	CLEANUP_BUF struct buf place = {0};
	mode_t mode;

	if (!where ||
	    !find_place(witness, caller, directory_argument(data, where->dirfd),
			data->args[where->path], &place, &mode))
		return;
	remember_path(witness, caller, data->nr, PATH_LOG_NODES,
		      buf_text(&place));
}

static void
serve_bind(struct witness *witness, const struct caller *caller,
	   const struct seccomp_data *data)
{
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf place = {0};
	mode_t mode;

	if (!caller_read_socket(caller, data->args[1], (uint32_t)data->args[2],
				&path))
		miss(witness, PATH_LOG_NODES);
	else if (path.length && follow_path(witness, caller, AT_FDCWD,
					    buf_text(&path), &place, &mode))
		remember_path(witness, caller, data->nr, PATH_LOG_NODES,
			      buf_text(&place));
}

static void
serve_rename(struct witness *witness, const struct caller *caller,
	     const struct seccomp_data *data)
{
	const struct call_paths *where = call_paths_find(data->nr);
	CLEANUP_BUF struct buf old = {0};
	CLEANUP_BUF struct buf new = {0};
	mode_t old_mode;
	mode_t new_mode;

	if (!where || path_log_is_empty(&witness->paths) ||
	    !find_place(witness, caller, directory_argument(data, where->dirfd),
			data->args[where->path], &old, &old_mode) ||
	    !old_mode ||
	    !find_place(witness, caller,
			directory_argument(data, where->new_dirfd),
			data->args[where->new_path], &new, &new_mode) ||
	    !still_waits(witness))
		return;
	path_log_rename(&witness->paths, buf_text(&old), buf_text(&new),
			S_ISDIR(old_mode));
	if (data->nr == SYS_renameat2 && (data->args[4] & RENAME_EXCHANGE))
		path_log_rename(&witness->paths, buf_text(&new), buf_text(&old),
				S_ISDIR(new_mode));
}

typedef void
serve_function(struct witness *witness, const struct caller *caller,
	       const struct seccomp_data *data);

static serve_function *const servers[] = {
	[ROLE_GET] = serve_get,	  [ROLE_QUEUE] = serve_queue,
	[ROLE_OPEN] = serve_open, [ROLE_NODE] = serve_node,
	[ROLE_BIND] = serve_bind, [ROLE_RENAME] = serve_rename,
};

/*
 * ENOENT here and below: the thread was killed while it waited. Anything else
 * means that nothing can come any more, for the last process has ended.
 */
static bool
receive(struct witness *witness)
{
	int done;

	memset(witness->request, 0, witness->sizes.seccomp_notif);
	do {
		done = ioctl(witness->listener, SECCOMP_IOCTL_NOTIF_RECV,
			     witness->request);
	} while (done && errno == EINTR);
	if (done && errno != ENOENT)
		fd_close(&witness->listener);
	return !done;
}

static void
let_go(struct witness *witness)
{
	struct seccomp_notif_resp *answer =
		mem_zalloc(witness->sizes.seccomp_notif_resp + sizeof(*answer));

	answer->id = witness->request->id;
	answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	(void)ioctl(witness->listener, SECCOMP_IOCTL_NOTIF_SEND, answer);
	free(answer);
}

/*
 * What have the calls made that went on? Those of the thread @tid (0: none) are
 * over, for it calls again. Returns until when to look again.
 */
static int64_t
settle(struct witness *witness, pid_t tid)
{
	int64_t latest_ns =
		path_tries_settle(&witness->tries, &witness->paths, tid);

	for (int kind = 0; kind < KIND_COUNT && witness->crowded; kind++) {
		int64_t until_ns = get_log_settle(&witness->gets[kind], tid);

		if (until_ns > latest_ns)
			latest_ns = until_ns;
	}
	return latest_ns;
}

/*
 * A call goes on without us, and another process may make something of the same
 * name or kind before we look again: so look at once. Nearly always it is there
 * the first or second time; on a busy machine the caller may have to wait for
 * its turn. But whoever calls meanwhile must not wait: a command that is slowed
 * down, or whose calls are interrupted by signals, is another command.
 */
static void
await_effects(struct witness *witness)
{
	struct pollfd ready = {.fd = witness->listener, .events = POLLIN};
	int64_t spin_ns = clock_deadline_ns(SPIN_LIMIT_MS);
	bool spins = true;

	while (clock_now_ns() < settle(witness, 0) &&
	       poll(&ready, 1, spins ? 0 : 1) == 0) {
		spins = clock_now_ns() < spin_ns;
		if (spins)
			sched_yield();
	}
}

/* Is the call one of this machine's own ABI, whose numbers we know? */
static bool
is_native(const struct seccomp_data *data)
{
	return data->arch == witness_filter_arch && call_find(data->nr);
}

void
witness_serve(struct witness *witness)
{
	const struct seccomp_notif *request = witness->request;
	struct caller caller;

	if (!receive(witness))
		return;
	caller = (struct caller) {witness->proc_dir, (pid_t)request->pid};
	settle(witness, caller.tid);
	if (is_native(&request->data))
		servers[call_find(request->data.nr)->role](witness, &caller,
							   &request->data);
	else
		miss(witness, PATH_LOG_NODES);
	let_go(witness);
	await_effects(witness);
}

void
witness_stop(struct witness *witness)
{
	fd_close(&witness->listener);
}

void
witness_finish(struct witness *witness)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (KIND_SYSV & KIND_BIT(kind))
			get_log_finish(&witness->gets[kind]);
	path_tries_settle(&witness->tries, &witness->paths, 0);
	path_tries_miss_unmounted(&witness->paths);
}

bool
witness_maker(const struct witness *witness, const struct object *object,
	      struct maker *maker)
{
	const struct get_maker *made;

	if (kind_identity(object->kind) == BY_PATH)
		return path_log_find(&witness->paths, object, maker);
	made = get_log_find(&witness->gets[object->kind], object->id);
	if (!made)
		return false;
	*maker = (struct maker) {made->pid, made->command, made->certain};
	return true;
}

bool
witness_was_there(const struct witness *witness, const struct object *object)
{
	return kind_identity(object->kind) == BY_PATH &&
	       path_log_was_there(&witness->paths, object);
}

const char *
witness_next_place(const struct witness *witness, size_t *cursor)
{
	return path_log_next(&witness->paths, PATH_LOG_NODES, cursor);
}

const char *
witness_next_queue(const struct witness *witness, size_t *cursor)
{
	return path_log_next(&witness->paths, KIND_BIT(KIND_POSIX_MQ), cursor);
}

size_t
witness_missed(const struct witness *witness, unsigned kinds)
{
	return path_log_missed(&witness->paths, kinds);
}
