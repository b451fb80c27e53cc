/* SPDX-License-Identifier: MIT */
/* sighting.c - what a system call of the target is about. */
#include "harness/sighting.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leakcheck/caller.h"
#include "leakcheck/snapshot.h"
#include "model/call_paths.h"

#define SHM_DIRECTORY "/dev/shm/"

/* The call with what is needed to look at it. */
struct look {
	bool *beyond; /* struct sighting */
	const struct ledger *ledger;
	const struct call *call;
	struct caller caller;
};

static enum kind
only_kind(unsigned kinds)
{
	return (enum kind)__builtin_ctz(kinds);
}

/* Is there an object of that key, whoever may use it? *id is -1 if not we. */
static bool
has_key(enum kind kind, key_t key, int *id)
{
	*id = kind == KIND_SYSV_SHM   ? shmget(key, 0, 0)
	      : kind == KIND_SYSV_SEM ? semget(key, 0, 0)
				      : msgget(key, 0);

	return *id >= 0 || errno == EACCES;
}

static bool
look_at_get(struct sighting *sighting, const struct look *look)
{
	key_t key = (key_t)look->call->args[0];

	sighting->kind = only_kind(sighting->row->kinds);
	sighting->there = key != IPC_PRIVATE &&
			  has_key(sighting->kind, key, &sighting->before.id);
	return true;
}

/* Commands that take an index of the kernel's table where others take an
 * identifier, or nothing: shmctl(2), semctl(2), msgctl(2). */
static const struct {
	const char *name;
	unsigned argument; /* the command */
	unsigned commands; /* a bit each */
} without_id[] = {
	{"shmctl", 1,
	 1u << IPC_INFO | 1u << SHM_INFO | 1u << SHM_STAT | 1u << SHM_STAT_ANY},
	{"semctl", 2,
	 1u << IPC_INFO | 1u << SEM_INFO | 1u << SEM_STAT | 1u << SEM_STAT_ANY},
	{"msgctl", 1,
	 1u << IPC_INFO | 1u << MSG_INFO | 1u << MSG_STAT | 1u << MSG_STAT_ANY},
};

static bool
has_id(const struct sighting *sighting, const struct look *look)
{
	uint64_t command;

	for (size_t i = 0; i < ARRAY_LEN(without_id); i++) {
		if (strcmp(sighting->row->name, without_id[i].name) != 0)
			continue;
		/* Without IPC_64, which some C libraries add. */
		command = look->call->args[without_id[i].argument] & 0xff;
		return command >= 32 ||
		       !(without_id[i].commands >> command & 1);
	}
	return true;
}

static bool
look_at_id(struct sighting *sighting, const struct look *look)
{
	if (!has_id(sighting, look))
		return false;
	sighting->kind = only_kind(sighting->row->kinds);
	sighting->id = (int)look->call->args[0];
	return true;
}

/* The system calls take the name without the slash. */
static bool
look_at_queue(struct sighting *sighting, const struct look *look)
{
	mqd_t queue;

	sighting->kind = KIND_POSIX_MQ;
	buf_add_text(&sighting->path, "/");
	if (!caller_read_text(&look->caller, look->call->args[0],
			      &sighting->path))
		return false;
	queue = mq_open(buf_text(&sighting->path), O_RDONLY | O_CLOEXEC);
	sighting->there = queue >= 0 || errno == EACCES;
	if (queue >= 0)
		mq_close(queue);
	return true;
}

/* sem_overview(7): "sem." comes before the name of a semaphore. */
static enum kind
kind_of_file(const char *path)
{
	const size_t before = strlen(SHM_DIRECTORY);

	if (strncmp(path, SHM_DIRECTORY, before) != 0)
		return KIND_COUNT;
	return strncmp(path + before, "sem.", 4) ? KIND_POSIX_SHM
						 : KIND_POSIX_SEM;
}

/*
 * Returns false when there is no such place, or none that we can reach. *mode
 * is 0 when nothing is there.
 */
static bool
find_place(const struct look *look, int base, const char *path,
	   struct buf *into, mode_t *mode)
{
	const enum resolved found =
		caller_resolve(&look->caller, base, path, into, mode);

	*look->beyond = found == RESOLVED_BEYOND;
	return found == RESOLVED;
}

/* Where a path argument leads, as find_place(). */
static bool
resolve(const struct look *look, int dirfd, int argument, struct buf *into,
	bool shm_only, mode_t *mode)
{
	CLEANUP_BUF struct buf path = {0};
	int base = dirfd < 0 ? AT_FDCWD : (int)look->call->args[dirfd];

	return caller_read_text(&look->caller, look->call->args[argument],
				&path) &&
	       (!shm_only || caller_may_mean_shm(buf_text(&path))) &&
	       find_place(look, base, buf_text(&path), into, mode);
}

/* open_how of openat2(2) begins with 64 bits of flags. */
static bool
creates(const struct sighting *sighting, const struct look *look)
{
	uint64_t flags;

	if (strcmp(sighting->row->name, "openat2") != 0)
		return true;
	return caller_read(&look->caller, look->call->args[2], &flags,
			   sizeof(flags)) == sizeof(flags) &&
	       flags & O_CREAT;
}

static bool
look_at_open(struct sighting *sighting, const struct look *look)
{
	const struct call_paths *where = call_paths_find(look->call->number);
	mode_t mode = 0;

	if (!where || !creates(sighting, look) ||
	    !resolve(look, where->dirfd, where->path, &sighting->path, true,
		     &mode))
		return false;
	sighting->there = mode != 0;
	sighting->kind = kind_of_file(buf_text(&sighting->path));
	return sighting->kind != KIND_COUNT;
}

static bool
look_at_node(struct sighting *sighting, const struct look *look)
{
	const struct call_paths *where = call_paths_find(look->call->number);
	mode_t mode = 0;

	sighting->kind = only_kind(sighting->row->kinds);
	if (!where || !resolve(look, where->dirfd, where->path, &sighting->path,
			       false, &mode))
		return false;
	sighting->there = mode != 0;
	return true;
}

static bool
look_at_bind(struct sighting *sighting, const struct look *look)
{
	CLEANUP_BUF struct buf path = {0};
	mode_t mode = 0;

	sighting->kind = KIND_UNIX_SOCKET;
	if (!caller_read_socket(&look->caller, look->call->args[1],
				(uint32_t)look->call->args[2], &path) ||
	    !path.length ||
	    !find_place(look, AT_FDCWD, buf_text(&path), &sighting->path,
			&mode))
		return false;
	sighting->there = mode != 0;
	return true;
}

/* Of which kind is what the ledger knows by that path? */
static bool
know_path(struct sighting *sighting, const struct ledger *ledger)
{
	static const enum kind kinds[] = {KIND_POSIX_SHM, KIND_POSIX_SEM,
					  KIND_FIFO, KIND_UNIX_SOCKET};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (ledger_find(ledger, kinds[i], -1,
				buf_text(&sighting->path)) >= 0) {
			sighting->kind = kinds[i];
			return true;
		}
	return false;
}

/* What is there and nobody knows: sighting->kind stays KIND_COUNT if that is no
 * object. */
static void
guess_kind(struct sighting *sighting, mode_t mode)
{
	if (S_ISFIFO(mode))
		sighting->kind = KIND_FIFO;
	else if (S_ISSOCK(mode))
		sighting->kind = KIND_UNIX_SOCKET;
	else if (S_ISREG(mode))
		sighting->kind = kind_of_file(buf_text(&sighting->path));
}

static bool
look_at_unlink(struct sighting *sighting, const struct look *look)
{
	const struct call_paths *where = call_paths_find(look->call->number);
	mode_t mode = 0;

	if (!where || !resolve(look, where->dirfd, where->path, &sighting->path,
			       false, &mode))
		return false;
	if (know_path(sighting, look->ledger))
		return true;
	guess_kind(sighting, mode);
	return false;
}

/* renameat2(2): what has the new name gets the old one. */
static bool
exchanges(const struct sighting *sighting, const struct look *look)
{
	return strcmp(sighting->row->name, "renameat2") == 0 &&
	       look->call->args[4] & RENAME_EXCHANGE;
}

/* Of which of the two names is something of ours? It is the old one then. */
static bool
know_either(struct sighting *sighting, const struct ledger *ledger)
{
	struct buf old = sighting->path;

	if (know_path(sighting, ledger))
		return true;
	if (!sighting->exchanges)
		return false;
	sighting->path = sighting->new_path;
	sighting->new_path = old;
	return know_path(sighting, ledger);
}

/*
 * No name of the file is known: it had none, O_TMPFILE of open(2). What link(2)
 * makes then is a file, as if it were a node.
 */
static bool
look_at_first_name(struct sighting *sighting, const struct look *look,
		   const struct call_paths *where)
{
	mode_t mode = 0;

	buf_clear(&sighting->path);
	buf_clear(&sighting->new_path);
	if (!resolve(look, where->new_dirfd, where->new_path, &sighting->path,
		     true, &mode))
		return false;
	sighting->role = ROLE_NODE;
	sighting->there = mode != 0;
	sighting->kind = kind_of_file(buf_text(&sighting->path));
	return sighting->kind != KIND_COUNT;
}

/* Of something of ours, or of a directory where such is. */
static bool
look_at_names(struct sighting *sighting, const struct look *look,
	      const struct call_paths *where)
{
	mode_t mode = 0;
	mode_t new_mode = 0;

	if (!look->ledger->alive ||
	    !resolve(look, where->dirfd, where->path, &sighting->path, false,
		     &mode) ||
	    !resolve(look, where->new_dirfd, where->new_path,
		     &sighting->new_path, false, &new_mode))
		return false;
	sighting->there = new_mode != 0;
	sighting->directories = S_ISDIR(mode) || S_ISDIR(new_mode);
	return know_either(sighting, look->ledger);
}

static bool
look_at_rename(struct sighting *sighting, const struct look *look)
{
	const struct call_paths *where = call_paths_find(look->call->number);

	sighting->moves = strncmp(sighting->row->name, "link", 4) != 0;
	sighting->exchanges = exchanges(sighting, look);
	if (!where)
		return false;
	return look_at_names(sighting, look, where) ||
	       (!sighting->moves && look_at_first_name(sighting, look, where));
}

/* What /proc/PID/fd/N leads to; of a queue that is its name, "/name". */
static bool
look_at_open_file(struct sighting *sighting, const struct look *look, int fd)
{
	char name[64];
	char path[4096];
	ssize_t length;

	if (!ledger_has_kinds(look->ledger, sighting->row->kinds))
		return false;
	snprintf(name, sizeof(name), "%d/fd/%d", look->caller.tid, fd);
	length = readlinkat(look->caller.proc_dir, name, path, sizeof(path));
	if (length <= 0 || length == sizeof(path))
		return false;
	buf_add(&sighting->path, path, (size_t)length);
	if (sighting->row->kinds == KIND_BIT(KIND_POSIX_MQ)) {
		sighting->kind = KIND_POSIX_MQ;
		return ledger_find_sighting(look->ledger, sighting) >= 0;
	}
	return know_path(sighting, look->ledger) &&
	       sighting->row->kinds & KIND_BIT(sighting->kind);
}

static bool
look_at_descriptor(struct sighting *sighting, const struct look *look)
{
	return look_at_open_file(sighting, look, (int)look->call->args[0]);
}

static bool
look_at_mapping(struct sighting *sighting, const struct look *look)
{
	return look_at_open_file(sighting, look, (int)look->call->args[4]);
}

/* Where a segment is attached tells which it is only to the program. */
static bool
look_at_address(struct sighting *sighting, const struct look *look)
{
	sighting->kind = only_kind(sighting->row->kinds);
	return ledger_has_kinds(look->ledger, sighting->row->kinds);
}

static bool
look_at_control(struct sighting *sighting, const struct look *look)
{
	(void)sighting;
	return look->ledger->alive > 0;
}

typedef bool look_function(struct sighting *sighting, const struct look *look);

static look_function *const looks[] = {
	[ROLE_GET] = look_at_get,
	[ROLE_QUEUE] = look_at_queue,
	[ROLE_OPEN] = look_at_open,
	[ROLE_NODE] = look_at_node,
	[ROLE_BIND] = look_at_bind,
	[ROLE_RENAME] = look_at_rename,
	[ROLE_ID] = look_at_id,
	[ROLE_ADDRESS] = look_at_address,
	[ROLE_UNQUEUE] = look_at_queue,
	[ROLE_UNLINK] = look_at_unlink,
	[ROLE_DESCRIPTOR] = look_at_descriptor,
	[ROLE_MAPPING] = look_at_mapping,
	[ROLE_CONTROL] = look_at_control,
};
_Static_assert(ARRAY_LEN(looks) == ROLE_COUNT, "a row for each role");

bool
sighting_take(struct sighting *sighting, const struct ledger *ledger,
	      int proc_dir, const struct tracee *tracee,
	      const struct call *call)
{
	const struct look look = {
		.beyond = &sighting->beyond,
		.ledger = ledger,
		.call = call,
		.caller = {.proc_dir = proc_dir, .tid = tracee_tid(tracee)}};

	*sighting =
		(struct sighting) {.kind = KIND_COUNT,
				   .id = -1,
				   .row = call_match(call->number, call->args)};
	if (!sighting->row)
		return false;
	sighting->role = sighting->row->role;
	return looks[sighting->role](sighting, &look);
}

void
sighting_free(struct sighting *sighting)
{
	buf_free(&sighting->path);
	buf_free(&sighting->new_path);
}
