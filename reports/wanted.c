/* SPDX-License-Identifier: MIT */
/* wanted.c - the reports that a command line asks for. */
#include "reports/wanted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/replace.h"

void
wanted_free(struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->count; i++) {
		replace_free(&wanted->items[i].place);
		replace_free(&wanted->items[i].beside);
		fd_close(&wanted->items[i].company);
	}
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
	const bool is_file = equals && strcmp(equals, "=-") != 0;
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
		.file = is_file ? equals + 1 : NULL,
		.place = REPLACE_NONE,
		.beside = REPLACE_NONE,
		.company = -1,
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

/* NULL is standard output. */
static bool
is_same_place(const char *a, const char *b)
{
	if (!a || !b)
		return !a && !b;
	return strcmp(a, b) == 0;
}

static int
refuse_second(const char *first, const char *second, const char *file,
	      struct err *err)
{
	return err_set(err, 0, "--report: both %s and %s would go to %s", first,
		       second, file ? file : "standard output");
}

/* Where what comes with it goes, NULL: nothing comes with it. */
static const char *
company_file(const struct wanted_report *item)
{
	const struct reporter_company *company = item->reporter->company;
	const char *path = company ? getenv(company->variable) : NULL;

	return path && *path ? path : NULL;
}

/* What goes beside it is in the folder of @file. */
static int
find_beside(struct wanted_report *item, struct err *err)
{
	const char *slash = strrchr(item->file, '/');
	CLEANUP_FREE char *beside =
		mem_printf("%.*s%s", slash ? (int)(slash + 1 - item->file) : 0,
			   item->file, item->reporter->beside);

	if (replace_find(&item->beside, beside, err))
		return err_wrap(err, "writing %s", beside);
	return 0;
}

/* What is there already is others', and stays. */
static int
open_company(struct wanted_report *item, struct err *err)
{
	const char *path = company_file(item);

	if (!path)
		return 0;
	item->company =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (item->company < 0)
		return err_set(err, errno, "$%s: writing %s",
			       item->reporter->company->variable, path);
	return 0;
}

/* /dev/stdout is standard output, where the text has no place then, either. */
static int
find_places(struct wanted_report *item, struct err *err)
{
	if (item->file && replace_own(item->file) == STDOUT_FILENO)
		item->file = NULL;
	if (!item->file)
		return open_company(item, err);
	if (replace_find(&item->place, item->file, err))
		return err_wrap(err, "writing %s", item->file);
	return item->reporter->beside ? find_beside(item, err) : 0;
}

/* Would writing one undo the other, by whatever names? */
static bool
is_in_the_way(const struct wanted_report *a, const struct wanted_report *b)
{
	return is_same_place(a->file, b->file) ||
	       replace_is_same(&a->place, &b->place) ||
	       replace_is_same(&a->place, &b->beside) ||
	       replace_is_same(&a->beside, &b->place);
}

int
wanted_open(struct wanted *wanted, struct err *err)
{
	for (size_t i = 0; i < wanted->count; i++) {
		struct wanted_report *item = &wanted->items[i];

		if (find_places(item, err))
			return -1;
		if (replace_is_same(&item->place, &item->beside))
			return err_set(err, 0,
				       "--report: %s puts its %s there, too",
				       item->reporter->name, item->file);
		for (size_t j = 0; j < i; j++)
			if (is_in_the_way(item, &wanted->items[j]))
				return refuse_second(
					wanted->items[j].reporter->name,
					item->reporter->name, item->file, err);
	}
	return 0;
}

int
wanted_refuse(const struct wanted *wanted, const char *file, const char *what,
	      struct err *err)
{
	if (strcmp(file, "-") == 0 || replace_own(file) == STDOUT_FILENO)
		file = NULL;
	for (size_t i = 0; i < wanted->count; i++) {
		const struct wanted_report *item = &wanted->items[i];

		if (is_same_place(item->file, file) ||
		    (file && (replace_is_at(&item->place, file) ||
			      replace_is_at(&item->beside, file))))
			return refuse_second(item->reporter->name, what, file,
					     err);
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

static int
write_file(struct wanted_report *item, const struct report *report,
	   struct err *err)
{
	const struct reporter *reporter = item->reporter;
	struct replace *place = &item->place;
	struct replace *beside = &item->beside;

	if (replace_begin(place, err) ||
	    replace_end(place, reporter->write(report, place->out, err), err))
		return -1;
	if (!reporter->beside)
		return 0;
	if (replace_begin(beside, err))
		return -1;
	return replace_end(beside, reporter->write_beside(beside->out, err),
			   err);
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
	out = mem_stream(&text.data, &text.length);
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
	if (item->company < 0)
		return 0;
	if (append_company(item->reporter->company, item->company, report, err))
		return err_wrap(err, "adding to $%s",
				item->reporter->company->variable);
	return 0;
}

static int
write_one(struct wanted_report *item, const struct report *report,
	  struct err *err)
{
	if (item->file)
		return write_file(item, report, err)
			       ? err_wrap(err, "writing %s", item->file)
			       : 0;
	if (item->reporter->write(report, stdout, err))
		return -1;
	if (fflush(stdout))
		return err_set(err, errno, "writing the report");
	return write_company(item, report, err);
}

/* Those that are written to a file, or those that are shown. */
static int
write_those(struct wanted *wanted, const struct report *report, bool shown,
	    struct err *err)
{
	int failed = 0;

	for (size_t i = 0; i < wanted->count; i++) {
		struct wanted_report *item = &wanted->items[i];
		struct err one = {0};

		if (!item->file != shown ||
		    (item->reporter->needs_trials && !report->source))
			continue;
		if (write_one(item, report, &one) && !failed) {
			*err = one;
			failed = -1;
		}
	}
	return failed;
}

int
wanted_write(struct wanted *wanted, const struct report *report,
	     struct err *err)
{
	struct err later = {0};
	int failed = write_those(wanted, report, false, err);

	/* Who reads standard output may be gone, and take us along. */
	if (!write_those(wanted, report, true, failed ? &later : err))
		return failed;
	return -1;
}
