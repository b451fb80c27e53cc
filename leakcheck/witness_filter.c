/* SPDX-License-Identifier: MIT */
/*
 * witness_filter.c - the seccomp program, by libseccomp.
 *
 *   for each row of model/syscalls.def
 *     if number matches and argument matches  notify
 *   for each row that makes a FIFO or a socket, in the machine's other ABIs
 *     the same                                notify
 *   allow
 *
 * libseccomp 2.5 cannot ask for SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, so it
 * only makes the program and witness.c loads it.
 */
#include "leakcheck/witness_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "model/calls.h"

static int
add_row(scmp_filter_ctx context, const struct call_row *row)
{
	struct scmp_arg_cmp compare;

	if (row->number < 0)
		return 0;
	if (!row->mask)
		return seccomp_rule_add_array(context, SCMP_ACT_NOTIFY,
					      row->number, 0, NULL);
	compare = SCMP_CMP(row->argument, SCMP_CMP_MASKED_EQ, row->mask,
			   row->value);
	return seccomp_rule_add_array(context, SCMP_ACT_NOTIFY, row->number, 1,
				      &compare);
}

static int
add_rows(scmp_filter_ctx context, unsigned roles)
{
	int failed = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH,
				      SCMP_ACT_ALLOW);

	for (size_t i = 0; !failed && i < call_row_count; i++)
		if (roles & 1u << call_rows[i].role)
			failed = add_row(context, &call_rows[i]);
	return failed;
}

/*
 * Other ABIs of the same machine: of them only that a FIFO or a socket may have
 * been made is of interest, for those no snapshot finds.
 */
static int
add_foreign(scmp_filter_ctx context, uint32_t arch)
{
	scmp_filter_ctx other = seccomp_init(SCMP_ACT_ALLOW);
	int failed = other ? seccomp_arch_add(other, arch) : -ENOMEM;

	if (!failed)
		failed = seccomp_arch_remove(other, SCMP_ARCH_NATIVE);
	if (!failed)
		failed = add_rows(other, 1u << ROLE_NODE | 1u << ROLE_BIND);
	if (!failed)
		failed = seccomp_merge(context, other);
	if (failed)
		seccomp_release(other);
	return failed;
}

static int
fill(scmp_filter_ctx context)
{
	int failed = add_rows(context, ~0u);

	if (failed || seccomp_arch_native() != SCMP_ARCH_X86_64)
		return failed;
	failed = add_foreign(context, SCMP_ARCH_X86);
	return failed ? failed : add_foreign(context, SCMP_ARCH_X32);
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

int
witness_filter_make(struct sock_fprog *program, struct err *err)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
	struct buf code = {0};
	int failed = context ? fill(context) : -ENOMEM;

	if (!failed)
		failed = export(context, &code);
	seccomp_release(context);
	if (failed) {
		buf_free(&code);
		return err_set(err, -failed, "making a seccomp filter");
	}
	program->filter = (struct sock_filter *)code.data;
	program->len =
		(unsigned short)(code.length / sizeof(struct sock_filter));
	return 0;
}
