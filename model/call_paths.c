/* SPDX-License-Identifier: MIT */
/* call_paths.c - which arguments of a system call are paths. */
#include "model/call_paths.h"

#include <seccomp.h> /* SCMP_SYS(), as in calls.c */
#include <stddef.h>

#include "base/attr.h"

static const struct call_paths rows[] = {
	{SCMP_SYS(open), -1, 0, -1, -1},    {SCMP_SYS(creat), -1, 0, -1, -1},
	{SCMP_SYS(mknod), -1, 0, -1, -1},   {SCMP_SYS(link), -1, 0, -1, 1},
	{SCMP_SYS(rename), -1, 0, -1, 1},   {SCMP_SYS(unlink), -1, 0, -1, -1},
	{SCMP_SYS(openat), 0, 1, -1, -1},   {SCMP_SYS(openat2), 0, 1, -1, -1},
	{SCMP_SYS(mknodat), 0, 1, -1, -1},  {SCMP_SYS(linkat), 0, 1, 2, 3},
	{SCMP_SYS(renameat), 0, 1, 2, 3},   {SCMP_SYS(renameat2), 0, 1, 2, 3},
	{SCMP_SYS(unlinkat), 0, 1, -1, -1},
};

const struct call_paths *
call_paths_find(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].number == number && number >= 0)
			return &rows[i];
	return NULL;
}
