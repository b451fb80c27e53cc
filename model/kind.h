/* SPDX-License-Identifier: MIT */
/* kind.h - the kinds of IPC objects, from kind.def. */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include <stdbool.h>

enum kind {
#define KIND(symbol, name, title, identity) KIND_##symbol,
#include "model/kind.def"
#undef KIND
	KIND_COUNT
};

enum kind_identity { BY_ID, BY_PATH };

/* Sets of kinds are bit masks. */
#define KIND_BIT(kind) (1u << (kind))
#define KIND_ALL       (KIND_BIT(KIND_COUNT) - 1)
#define KIND_SYSV                                            \
	(KIND_BIT(KIND_SYSV_SHM) | KIND_BIT(KIND_SYSV_SEM) | \
	 KIND_BIT(KIND_SYSV_MSG))

const char *kind_name(enum kind kind);	/* "sysv-shm" */
const char *kind_title(enum kind kind); /* "System V shared memory segment" */
enum kind_identity kind_identity(enum kind kind);
/* The kind of that name. Returns false when there is none. */
bool kind_parse(const char *name, enum kind *kind);

#endif
