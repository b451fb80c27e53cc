/* SPDX-License-Identifier: MIT */
/* inuse_paths.h - what inuse.c asks about the kinds that have a path. */
#ifndef LEAKCHECK_INUSE_PATHS_H
#define LEAKCHECK_INUSE_PATHS_H

#include "leakcheck/holders.h"
#include "leakcheck/inuse.h"

/* As inuse_ask(), for some kinds. */
typedef enum use use_check(struct holders *holders, const struct object *object,
			   struct buf *why);

use_check inuse_of_file;   /* posix-shm, posix-sem */
use_check inuse_of_mqueue; /* posix-mq */
use_check inuse_of_fifo;
use_check inuse_of_socket;

#endif
