/* SPDX-License-Identifier: MIT */
/* points.c - the names of sets of points. */
#include "model/points.h"

#include <string.h>

#include "base/attr.h"

static const char *const names[] = {
	[POINTS_IPC] = "ipc",
	[POINTS_SYSCALLS] = "syscalls",
};

const char *
points_name(enum points points)
{
	return names[points];
}

bool
points_parse(const char *name, enum points *points)
{
	for (size_t i = 0; name && i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*points = (enum points)i;
		return true;
	}
	return false;
}
