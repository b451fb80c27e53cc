/* SPDX-License-Identifier: MIT */
/*
 * filter.c - the seccomp program, by libseccomp.
 *
 *   if another ABI of this machine             stop
 *   for each row, and those of untraced.c
 *     if number matches and argument matches   stop
 *   otherwise                                  go on
 */
#include "harness/tracer/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "harness/tracer/arch.h"
#include "harness/tracer/untraced.h"

/* Which of the two it was nobody asks: the kernel tells a stop's ABI. */
#define STOP SCMP_ACT_TRACE(FILTER_MARK)

struct tracer_filter {
	struct buf code;	      /* struct sock_filter[] */
	struct sock_fprog program;    /* that, for the kernel */
	const struct call_row **rows; /* NULL: all calls */
	size_t count;
};

static int
add_row(scmp_filter_ctx context, const struct call_row *row)
{
	struct scmp_arg_cmp compare;

	if (row->number < 0)
		return 0;
	if (!row->mask)
		return seccomp_rule_add_array(context, STOP, row->number, 0,
					      NULL);
	compare = SCMP_CMP(row->argument, SCMP_CMP_MASKED_EQ, row->mask,
			   row->value);
	return seccomp_rule_add_array(context, STOP, row->number, 1, &compare);
}

/* To search and not to compare with one number after the other. */
enum { BINARY_SEARCH = 2 }; /* seccomp_attr_set(3) */

/*
 * The kernel tries a filter on every number when it is loaded, to learn which
 * calls are always allowed (since 5.11): with each target once.
 */
static int
set_up(scmp_filter_ctx context)
{
	int failed = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, STOP);

	return failed ? failed
		      : seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE,
					 BINARY_SEARCH);
}

static int
fill(scmp_filter_ctx context, const struct call_row *const *rows, size_t count)
{
	int failed = set_up(context);

	for (size_t i = 0; rows && !failed && i < count; i++)
		failed = add_row(context, rows[i]);
	for (size_t i = 0; rows && !failed && i < UNTRACED_ROWS; i++)
		failed = add_row(context, &untraced_rows[i]);
	return failed;
}

/* libseccomp 2.5 exports to a descriptor only. */
static int export(scmp_filter_ctx context, struct buf *code)
{
	CLEANUP_FD int fd = memfd_create("seccomp", MFD_CLOEXEC);
	int failed;

	if (fd < 0)
		return -errno;
	failed = seccomp_export_bpf(context, fd);
	if (failed)
		return failed;
	if (lseek(fd, 0, SEEK_SET) < 0 || fd_read_all(fd, code))
		return -errno;
	return 0;
}

struct tracer_filter *
filter_new(const struct call_row *const *rows, size_t count, struct err *err)
{
	struct tracer_filter *filter = mem_zalloc(sizeof(*filter));
	scmp_filter_ctx context = seccomp_init(rows ? SCMP_ACT_ALLOW : STOP);
	int failed = context ? fill(context, rows, count) : -ENOMEM;

	if (rows) {
		filter->rows = mem_grow(NULL, count + 1, sizeof(*rows));
		memcpy(filter->rows, rows, count * sizeof(*rows));
		filter->count = count;
	}
	if (!failed)
		failed = export(context, &filter->code);
	filter->program = (struct sock_fprog) {
		.len = (unsigned short)(filter->code.length /
					sizeof(struct sock_filter)),
		.filter = (struct sock_filter *)filter->code.data};
	seccomp_release(context);
	if (failed) {
		err_set(err, -failed, "making a seccomp filter");
		filter_free(filter);
		return NULL;
	}
	return filter;
}

void
filter_free(struct tracer_filter *filter)
{
	if (!filter)
		return;
	buf_free(&filter->code);
	free(filter->rows);
	free(filter);
}

void
filter_free_ptr(struct tracer_filter **filter)
{
	filter_free(*filter);
	*filter = NULL;
}

bool
filter_matches(const struct tracer_filter *filter, int number,
	       const uint64_t *args)
{
	for (size_t i = 0; i < filter->count; i++) {
		const struct call_row *row = filter->rows[i];

		if (row->number == number &&
		    (args[row->argument] & row->mask) == row->value)
			return true;
	}
	return !filter->rows;
}

/*
 * SPEC_ALLOW: else some processors would be slowed down as no program is
 * without a filter.
 */
static long
install(const struct tracer_filter *filter)
{
	return arch_system_call(
		SYS_seccomp,
		(const long[CALL_ARGS]) {SECCOMP_SET_MODE_FILTER,
					 SECCOMP_FILTER_FLAG_SPEC_ALLOW,
					 (long)&filter->program});
}

static long
renounce_privileges(void)
{
	return arch_system_call(
		SYS_prctl, (const long[CALL_ARGS]) {PR_SET_NO_NEW_PRIVS, 1});
}

int
filter_load(const struct tracer_filter *filter)
{
	long result = install(filter);

	if (result == -EACCES && renounce_privileges() == 0)
		result = install(filter);
	return (int)-result;
}
