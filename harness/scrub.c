/* SPDX-License-Identifier: MIT */
/* scrub.c - what a run leaves in its sandbox and is no object. */
#include "harness/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#define SHM_DIRECTORY "/dev/shm"

enum { OPEN_AT_A_TIME = 16 };

int
scrub_open(void)
{
	return open(SHM_DIRECTORY, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int
scrub_check(int shm_dir, struct err *err)
{
	struct stat ours;
	struct stat now;

	if (shm_dir < 0 ||
	    (fstat(shm_dir, &ours) == 0 && stat(SHM_DIRECTORY, &now) == 0 &&
	     ours.st_dev == now.st_dev && ours.st_ino == now.st_ino))
		return 0;
	return err_set(err, 0,
		       "the program has mounted another " SHM_DIRECTORY
		       ", or unmounted the sandbox's");
}

static int
remove_one(const char *path, const struct stat *status, int type,
	   struct FTW *where)
{
	(void)status;
	(void)type;
	if (where->level == 0 || remove(path) == 0 || errno == ENOENT)
		return 0;
	return -1;
}

int
scrub_run(int shm_dir, struct err *err)
{
	if (shm_dir < 0 || nftw(SHM_DIRECTORY, remove_one, OPEN_AT_A_TIME,
				FTW_DEPTH | FTW_MOUNT | FTW_PHYS) == 0)
		return 0;
	return err_set(err, errno, "emptying the sandbox's " SHM_DIRECTORY);
}
