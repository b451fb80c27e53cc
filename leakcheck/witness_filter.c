/* SPDX-License-Identifier: MIT */
/*
 * witness_filter.c - which calls the witness is told of.
 *
 *   this machine's ABI:   the rows of model/syscalls.def that make, name or
 *			   rename an object
 *   its other ABIs:	   of them those that make a FIFO or a socket, for no
 *			   snapshot finds these
 */
#include "leakcheck/witness_filter.h"

#include <linux/audit.h>
#include <linux/net.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "base/mem.h"
#include "model/call_filter.h"

/* One that is missing is to be named here, see <linux/audit.h>. */
#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__i386__)
#define ARCH AUDIT_ARCH_I386
#elif defined(__arm__) && defined(__ARMEL__)
#define ARCH AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCH AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCH AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#define ARCH AUDIT_ARCH_LOONGARCH64
#endif
const uint32_t witness_filter_arch = ARCH;

/* The number of a row's call in some ABI, negative: it has no such call. */
typedef int number_function(const struct call_row *row);

static void
add_case(struct call_cases *cases, int number, const struct call_row *row)
{
	cases->items =
		mem_grow(cases->items, cases->count + 1, sizeof(*cases->items));
	cases->items[cases->count++] =
		(struct call_case) {.number = (uint32_t)number, .row = row};
}

static void
add_rows(struct call_cases *cases, unsigned roles, number_function *number_of)
{
	for (size_t i = 0; i < call_row_count; i++) {
		const struct call_row *row = &call_rows[i];

		if (roles & ROLE_BIT(row->role) &&
		    row->action == ACTION_ACQUIRE && number_of(row) >= 0)
			add_case(cases, number_of(row), row);
	}
}

static int
number_here(const struct call_row *row)
{
	return row->number;
}

#if defined(SYS_socketcall) || defined(__x86_64__)
/* socketcall(2), by which older 32-bit programs bind. */
static const struct call_row bind_by_socketcall = {
	.argument = 0, .mask = UINT32_MAX, .value = SYS_BIND};
#endif

static void
add_here(struct call_cases *cases)
{
	add_rows(cases, ROLES_MAKING, number_here);
#ifdef SYS_socketcall
	add_case(cases, SYS_socketcall, &bind_by_socketcall);
#endif
}

#ifdef __x86_64__
#define ROLES_FOREIGN (ROLE_BIT(ROLE_NODE) | ROLE_BIT(ROLE_BIND))

/* As <asm/unistd_32.h> has them, which cannot be included beside ours. */
enum { I386_SOCKETCALL = 102 };
static const struct {
	int here, i386;
} i386_numbers[] = {{SYS_mknod, 14}, {SYS_mknodat, 297}, {SYS_bind, 361}};

static int
number_on_i386(const struct call_row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(i386_numbers); i++)
		if (i386_numbers[i].here == row->number)
			return i386_numbers[i].i386;
	return -1;
}

/* Of these the numbers are the same, but for the bit: <asm/unistd_x32.h>. */
static int
number_on_x32(const struct call_row *row)
{
	return row->number | 0x40000000;
}

/* x32 calls come with the architecture of all the others, @here. */
static void
add_foreign(struct call_cases *here, struct call_cases *i386)
{
	add_rows(here, ROLES_FOREIGN, number_on_x32);
	add_rows(i386, ROLES_FOREIGN, number_on_i386);
	add_case(i386, I386_SOCKETCALL, &bind_by_socketcall);
}
#else
static void
add_foreign(struct call_cases *here, struct call_cases *i386)
{
	(void)here;
	(void)i386;
}
#endif

void
witness_filter_make(struct sock_fprog *program)
{
	struct call_cases archs[] = {{.arch = witness_filter_arch},
				     {.arch = AUDIT_ARCH_I386}};
	struct buf code = {0};

	add_here(&archs[0]);
	add_foreign(&archs[0], &archs[1]);
	call_filter_make(&code, archs, ARRAY_LEN(archs), SECCOMP_RET_USER_NOTIF,
			 SECCOMP_RET_ALLOW);
	program->filter = (struct sock_filter *)code.data;
	program->len =
		(unsigned short)(code.length / sizeof(struct sock_filter));
	for (size_t i = 0; i < ARRAY_LEN(archs); i++)
		free(archs[i].items);
}
