/* SPDX-License-Identifier: MIT */
/* replace.c - a file that is replaced as a whole or not at all. */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

/* Of a link what it names, so that the link stays one. */
static char *
real_path(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : mem_strdup(path);
}

static mode_t
mode_for_new_files(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int
fail(struct replace *file, struct err *err)
{
	int error = errno;

	if (file->out)
		fclose(file->out);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	*file = (struct replace) {.path = file->path};
	return err_set(err, error, "writing %s", file->path);
}

static int
open_beside(struct replace *file, mode_t mode, struct err *err)
{
	CLEANUP_FREE char *real = real_path(file->path);
	CLEANUP_FD int fd = -1;

	file->temporary = mem_printf("%s.XXXXXX", real);
	fd = mkostemp(file->temporary, O_CLOEXEC);
	if (fd < 0) {
		free(file->temporary);
		file->temporary = NULL;
		return fail(file, err);
	}
	if (fchmod(fd, mode))
		return fail(file, err);
	file->out = fdopen(fd, "w");
	if (!file->out)
		return fail(file, err);
	fd = -1;
	return 0;
}

int
replace_begin(struct replace *file, const char *path, struct err *err)
{
	struct stat status;
	bool exists = !stat(path, &status);

	*file = (struct replace) {.path = path};
	if (exists && S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return fail(file, err);
	}
	if (!exists || S_ISREG(status.st_mode))
		return open_beside(file,
				   exists ? status.st_mode & 07777
					  : mode_for_new_files(),
				   err);
	file->out = fopen(path, "we");
	return file->out ? 0 : fail(file, err);
}

int
replace_end(struct replace *file, bool failed, struct err *err)
{
	CLEANUP_FREE char *real = NULL;
	FILE *out = file->out;

	if (failed) {
		struct err ignored = {0};

		fail(file, &ignored);
		return -1;
	}
	if (fflush(out))
		return fail(file, err);
	file->out = NULL;
	if (fclose(out))
		return fail(file, err);
	if (!file->temporary)
		return 0;
	real = real_path(file->path);
	if (rename(file->temporary, real))
		return fail(file, err);
	free(file->temporary);
	file->temporary = NULL;
	return 0;
}

int
replace_check(const char *path, struct err *err)
{
	CLEANUP_FREE char *real = real_path(path);
	char *slash = strrchr(real, '/');
	struct stat status;

	if (!stat(path, &status) && !S_ISREG(status.st_mode)) {
		if (S_ISDIR(status.st_mode))
			return err_set(err, EISDIR, "writing %s", path);
		return access(path, W_OK)
			       ? err_set(err, errno, "writing %s", path)
			       : 0;
	}
	if (slash)
		*(slash == real ? slash + 1 : slash) = '\0';
	if (access(slash ? real : ".", W_OK | X_OK))
		return err_set(err, errno, "writing %s", path);
	return 0;
}
