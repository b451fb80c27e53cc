/* SPDX-License-Identifier: MIT */
/* wanted.c - the reports that a command line asks for. */
#include "reports/wanted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/replace.h"

void
wanted_free(struct wanted *wanted)
{
	free(wanted->items);
	*wanted = (struct wanted) {0};
}

static int
take(const struct cli_option *option, void *settings, const char *value,
     bool has_log, struct err *err)
{
	struct wanted *wanted =
		(struct wanted *)((char *)settings + option->offset);
	const char *equals = strchr(value, '=');
	CLEANUP_FREE char *name =
		equals ? mem_printf("%.*s", (int)(equals - value), value)
		       : mem_strdup(value);
	const struct reporter *reporter = reporter_find(name, has_log, err);

	if (!reporter)
		return -1;
	if (equals && !equals[1])
		return err_set(err, 0,
			       "no file in '%s', as in %s=FILE; without '=' "
			       "it goes to standard output",
			       value, name);
	wanted->items = mem_grow(wanted->items, wanted->count + 1,
				 sizeof(*wanted->items));
	wanted->items[wanted->count++] = (struct wanted_report) {
		.reporter = reporter,
		.file = equals && strcmp(equals, "=-") ? equals + 1 : NULL,
	};
	return 0;
}

int
wanted_take_of_log(const struct cli_option *option, void *settings,
		   const char *value, struct err *err)
{
	return take(option, settings, value, true, err);
}

int
wanted_take(const struct cli_option *option, void *settings, const char *value,
	    struct err *err)
{
	return take(option, settings, value, false, err);
}

static bool
is_same_place(const struct wanted_report *a, const struct wanted_report *b)
{
	if (!a->file || !b->file)
		return !a->file && !b->file;
	return strcmp(a->file, b->file) == 0;
}

/* Where what comes with it goes, NULL: nothing comes with it. */
static const char *
company_file(const struct wanted_report *item)
{
	const struct reporter_company *company = item->reporter->company;
	const char *path =
		company && !item->file ? getenv(company->variable) : NULL;

	return path && *path ? path : NULL;
}

static int
check_place(const struct wanted_report *item, struct err *err)
{
	const char *company = company_file(item);

	if (item->file)
		return replace_check(item->file, err);
	if (company && replace_check(company, err))
		return err_wrap(err, "$%s", item->reporter->company->variable);
	return 0;
}

int
wanted_check(const struct wanted *wanted, struct err *err)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct wanted_report *item = &wanted->items[i];

		for (size_t j = 0; j < i; j++)
			if (is_same_place(item, &wanted->items[j]))
				return err_set(
					err, 0,
					"--report: both %s and %s would go "
					"to %s",
					wanted->items[j].reporter->name,
					item->reporter->name,
					item->file ? item->file
						   : "standard output");
		if (check_place(item, err))
			return -1;
	}
	return 0;
}

bool
wanted_shows(const struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->count; i++)
		if (!wanted->items[i].file)
			return true;
	return false;
}

/* In the folder of @path. */
static int
write_beside(const struct reporter *reporter, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_FREE char *beside =
		mem_printf("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path,
			   reporter->beside);
	struct replace file;

	if (replace_begin(&file, beside, err))
		return -1;
	return replace_end(&file, reporter->write_beside(file.out, err), err);
}

static int
write_file(const struct wanted_report *item, const struct report *report,
	   struct err *err)
{
	const struct reporter *reporter = item->reporter;
	struct replace file;

	if (replace_begin(&file, item->file, err) ||
	    replace_end(&file, reporter->write(report, file.out, err), err))
		return -1;
	if (reporter->beside)
		return write_beside(reporter, item->file, err);
	return 0;
}

/* What is there already is others', and counts. */
static int
append_company(const struct reporter_company *company, int fd,
	       const struct report *report, struct err *err)
{
	struct report limited = *report;
	CLEANUP_BUF struct buf text = {0};
	struct stat status;
	FILE *out;
	int failed;

	if (fstat(fd, &status))
		return err_set(err, errno, "looking at it");
	if ((uintmax_t)status.st_size + 1 >= company->limit)
		return err_set(err, 0, "it is full, it may have %zu bytes",
			       company->limit);
	limited.limit = company->limit - (size_t)status.st_size - 1;
	out = open_memstream(&text.data, &text.length);
	if (!out)
		return err_set(err, errno, "open_memstream");
	/* Whatever stands there, a line begins. */
	fputc('\n', out);
	failed = company->write(&limited, out, err);
	if (fclose(out) && !failed)
		failed = err_set(err, errno, "fclose");
	if (!failed && fd_write_all(fd, text.data, text.length))
		failed = err_set(err, errno, "writing");
	return failed;
}

static int
write_company(const struct wanted_report *item, const struct report *report,
	      struct err *err)
{
	const char *path = company_file(item);
	CLEANUP_FD int fd = -1;

	if (!path)
		return 0;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_set(err, errno, "writing %s", path);
	if (append_company(item->reporter->company, fd, report, err))
		return err_wrap(err, "adding to %s", path);
	return 0;
}

static int
write_one(const struct wanted_report *item, const struct report *report,
	  struct err *err)
{
	if (item->file)
		return write_file(item, report, err);
	if (item->reporter->write(report, stdout, err))
		return -1;
	if (fflush(stdout))
		return err_set(err, errno, "writing the report");
	return write_company(item, report, err);
}

int
wanted_write(const struct wanted *wanted, const struct report *report,
	     struct err *err)
{
	int failed = 0;

	for (size_t i = 0; i < wanted->count; i++) {
		struct err one = {0};

		if (write_one(&wanted->items[i], report, &one) && !failed) {
			*err = one;
			failed = -1;
		}
	}
	return failed;
}
