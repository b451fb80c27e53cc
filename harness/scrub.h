/* SPDX-License-Identifier: MIT */
/*
 * scrub.h - what a run leaves in its sandbox and is no object: directories in
 * /dev/shm, links, files of other types. The next run would meet them.
 */
#ifndef HARNESS_SCRUB_H
#define HARNESS_SCRUB_H

#include "base/err.h"

/*
 * Inside the sandbox, before its first run: a descriptor of its /dev/shm. -1
 * where there is none, which is no failure.
 */
int scrub_open(void);

/*
 * Is /dev/shm still that of the sandbox? A program with the rights of root may
 * have unmounted it, and what is seen there then is the host's. Returns 0, or
 * -1 with *err set.
 */
int scrub_check(int shm_dir, struct err *err);

/* Remove all that is in it. Check before. Returns 0, or -1 with *err set. */
int scrub_run(int shm_dir, struct err *err);

#endif
