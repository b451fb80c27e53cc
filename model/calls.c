/* SPDX-License-Identifier: MIT */
/* calls.c - syscalls.def as a table. */
#include "model/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h> /* SCMP_SYS(): a number for calls that are not here, too */
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "model/kind.h"

/* What syscalls.def calls the sets of kinds. */
enum {
	NO_KIND = 0,
	SHM = KIND_BIT(KIND_SYSV_SHM),
	SEM = KIND_BIT(KIND_SYSV_SEM),
	MSG = KIND_BIT(KIND_SYSV_MSG),
	MQ = KIND_BIT(KIND_POSIX_MQ),
	SHM_ALONE = KIND_BIT(KIND_POSIX_SHM),
	SHM_FILE = KIND_BIT(KIND_POSIX_SHM) | KIND_BIT(KIND_POSIX_SEM),
	FIFO_FILE = KIND_BIT(KIND_FIFO),
	SOCKET = KIND_BIT(KIND_UNIX_SOCKET),
	ANY_PATH = SHM_FILE | FIFO_FILE | SOCKET,
};
#define ERRORS(usual, ...) usual, ((const int[]) {__VA_ARGS__, 0})
#define NO_ERRORS	   0, ((const int[]) {0})

const struct call_row call_rows[] = {
#define SYSCALL(name, role, argument, mask, value, kinds, action, errors) \
	{#name, SCMP_SYS(name), ROLE_##role,	 argument, mask,          \
	 value, kinds,		ACTION_##action, errors},
#include "model/syscalls.def"
#undef SYSCALL
};
const size_t call_row_count = ARRAY_LEN(call_rows);

static const char *const action_names[] = {
	[ACTION_ACQUIRE] = "acquire",
	[ACTION_USE] = "use",
	[ACTION_RELEASE] = "release",
	[ACTION_OTHER] = "other",
};

const char *
action_name(enum action action)
{
	return action_names[action];
}

bool
action_parse(const char *text, enum action *action)
{
	for (size_t i = 0; i < ARRAY_LEN(action_names); i++)
		if (!strcmp(text, action_names[i])) {
			*action = (enum action)i;
			return true;
		}
	return false;
}

const struct call_row *
call_find(int number)
{
	for (size_t i = 0; i < call_row_count; i++)
		if (call_rows[i].number == number)
			return &call_rows[i];
	return NULL;
}

const struct call_row *
call_match(int number, const uint64_t *args)
{
	for (size_t i = 0; i < call_row_count; i++) {
		const struct call_row *row = &call_rows[i];

		if (row->number == number &&
		    (args[row->argument] & row->mask) == row->value)
			return row;
	}
	return NULL;
}

/* What the C library calls it when it is about an object of that kind. */
static const struct operation {
	enum call_role role;
	enum action action;
	enum kind kind;
	const char *name;
} operations[] = {
	{ROLE_OPEN, ACTION_ACQUIRE, KIND_POSIX_SHM, "shm_open"},
	{ROLE_OPEN, ACTION_ACQUIRE, KIND_POSIX_SEM, "sem_open"},
	{ROLE_RENAME, ACTION_ACQUIRE, KIND_POSIX_SEM, "sem_open"},
	{ROLE_UNLINK, ACTION_RELEASE, KIND_POSIX_SHM, "shm_unlink"},
	{ROLE_UNLINK, ACTION_RELEASE, KIND_POSIX_SEM, "sem_unlink"},
	{ROLE_NODE, ACTION_ACQUIRE, KIND_FIFO, "mkfifo"},
};

const char *
call_operation(const struct call_row *row, unsigned kind)
{
	for (size_t i = 0; i < ARRAY_LEN(operations); i++)
		if (operations[i].role == row->role &&
		    operations[i].action == row->action &&
		    operations[i].kind == kind)
			return operations[i].name;
	return row->name;
}
