/* SPDX-License-Identifier: MIT */
/* field.c - field.def as a table. */
#include "model/field.h"

#include <assert.h>

#define SHM    KIND_BIT(KIND_SYSV_SHM)
#define SEM    KIND_BIT(KIND_SYSV_SEM)
#define MSG    KIND_BIT(KIND_SYSV_MSG)
#define SYSV   KIND_SYSV
#define PATHS  (KIND_ALL & ~KIND_SYSV)
#define ALL    KIND_ALL
#define QUEUES (MSG | KIND_BIT(KIND_POSIX_MQ))
#define SIZED  (SHM | MSG | KIND_BIT(KIND_POSIX_SHM) | KIND_BIT(KIND_POSIX_SEM))

const struct field_row field_rows[FIELD_COUNT] = {
#define FIELD(symbol, name, type, member, kinds, compared) \
	[FIELD_##symbol] = {name, TYPE_##type,             \
			    offsetof(struct object, member), kinds, compared},
#include "model/field.def"
#undef FIELD
};
static_assert(FIELD_COUNT <= 32, "object.known is a mask of 32 bits");
