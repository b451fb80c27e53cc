/* SPDX-License-Identifier: MIT */
/* calls.c - syscalls.def as a table. */
#include "model/calls.h"

#include <fcntl.h>
#include <seccomp.h> /* SCMP_SYS(): a number for calls that are not here, too */
#include <sys/ipc.h>
#include <sys/stat.h>

#include "base/attr.h"

const struct call_row call_rows[] = {
#define SYSCALL(name, role, argument, mask, value) \
	{#name, SCMP_SYS(name), ROLE_##role, argument, mask, value},
#include "model/syscalls.def"
#undef SYSCALL
};
const size_t call_row_count = ARRAY_LEN(call_rows);

const struct call_row *
call_find(int number)
{
	for (size_t i = 0; i < call_row_count; i++)
		if (call_rows[i].number == number)
			return &call_rows[i];
	return NULL;
}
