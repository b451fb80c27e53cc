/* SPDX-License-Identifier: MIT */
/*
 * check_call_filter.c - unit: seccomp programs. A few lines run them as the
 * kernel does; that of the witness is compared with what libseccomp makes of
 * the same rows.
 */
#include <check.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "leakcheck/witness_filter.h"
#include "model/call_filter.h"

Suite *call_filter_suite(void);

enum {
	MATCH = SECCOMP_RET_USER_NOTIF,
	OTHERWISE = SECCOMP_RET_ALLOW,
	NUMBERS = 512,
	X32_BIT = 0x40000000,
};

static const uint32_t archs[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
				 AUDIT_ARCH_AARCH64, 0};
static struct buf code;
static int steps; /* that the last run took */

static bool
holds(const struct sock_filter *jump, uint32_t a)
{
	return BPF_OP(jump->code) == BPF_JEQ   ? a == jump->k
	       : BPF_OP(jump->code) == BPF_JGE ? a >= jump->k
					       : a > jump->k;
}

/* Anything else would be no program of this kind. */
static void
require(bool correct)
{
	if (!correct)
		ck_abort_msg("no such instruction, or beyond the end");
}

/* Of classic BPF what such programs consist of. */
static uint32_t
run(const struct buf *program, const struct seccomp_data *data)
{
	const struct sock_filter *at = (const void *)program->data;
	uint32_t a = 0;

	for (steps = 1;; steps++, at++) {
		require((const char *)at < program->data + program->length);
		switch (BPF_CLASS(at->code)) {
		case BPF_LD:
			require(at->code == (BPF_LD | BPF_W | BPF_ABS) &&
				at->k + sizeof(a) <= sizeof(*data));
			memcpy(&a, (const char *)data + at->k, sizeof(a));
			break;
		case BPF_ALU:
			require(at->code == (BPF_ALU | BPF_AND | BPF_K));
			a &= at->k;
			break;
		case BPF_JMP:
			at += BPF_OP(at->code) == BPF_JA ? at->k
			      : holds(at, a)		 ? at->jt
							 : at->jf;
			break;
		default:
			require(at->code == (BPF_RET | BPF_K));
			return at->k;
		}
	}
}

static void
teardown(void)
{
	buf_free(&code);
}

static const struct call_row always;
static const struct call_row second_is_5_or_7 = {
	.argument = 1, .mask = 0xfd, .value = 5};
static const struct call_row third_is_9 = {
	.argument = 2, .mask = UINT32_MAX, .value = 9};

static uint32_t
ask(uint32_t arch, uint32_t number, uint64_t second, uint64_t third)
{
	const struct seccomp_data data = {
		.nr = (int)number, .arch = arch, .args = {0, second, third}};

	return run(&code, &data);
}

START_TEST(of_no_case_none_holds)
{
	const struct call_cases none = {.arch = AUDIT_ARCH_X86_64};

	call_filter_make(&code, &none, 1, MATCH, OTHERWISE);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 0, 0, 0), OTHERWISE);
	buf_clear(&code);
	call_filter_make(&code, NULL, 0, MATCH, OTHERWISE);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 0, 0, 0), OTHERWISE);
}
END_TEST

START_TEST(any_condition_of_a_number_is_enough)
{
	struct call_case cases[] = {
		{7, &third_is_9}, {3, &always}, {7, &second_is_5_or_7}};
	const struct call_cases arch = {AUDIT_ARCH_X86_64, cases, 3};

	call_filter_make(&code, &arch, 1, MATCH, OTHERWISE);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 7, 5, 0), MATCH);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 7, 0x107, 0), MATCH);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 7, 4, 9), MATCH);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 7, 4, 8), OTHERWISE);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 3, 4, 8), MATCH);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 5, 5, 9), OTHERWISE);
	ck_assert_uint_eq(ask(AUDIT_ARCH_I386, 3, 5, 9), OTHERWISE);
}
END_TEST

/* The kernel has an int of which the upper half of the argument is no part. */
START_TEST(the_upper_half_of_an_argument_does_not_count)
{
	struct call_case one = {7, &third_is_9};
	const struct call_cases arch = {AUDIT_ARCH_X86_64, &one, 1};

	call_filter_make(&code, &arch, 1, MATCH, OTHERWISE);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 7, 0, UINT64_C(9) << 32 | 9),
			  MATCH);
	ck_assert_uint_eq(ask(AUDIT_ARCH_X86_64, 7, 0, UINT64_C(9) << 32),
			  OTHERWISE);
}
END_TEST

/* Every third number, up to so many: each is found, and no other. */
START_TEST(any_count_of_numbers_is_searched)
{
	struct call_case cases[80];
	const struct call_cases here = {AUDIT_ARCH_X86_64, cases, (size_t)_i};
	struct call_case one = {1, &always};
	const struct call_cases both[] = {here, {AUDIT_ARCH_I386, &one, 1}};

	for (int i = 0; i < _i; i++)
		cases[_i - 1 - i] = (struct call_case) {
			(uint32_t)i * 3, i % 2 ? &always : &third_is_9};
	call_filter_make(&code, both, 2, MATCH, OTHERWISE);
	for (int number = 0; number < 3 * (int)ARRAY_LEN(cases); number++) {
		bool is_one = number % 3 == 0 && number / 3 < _i;

		ck_assert_uint_eq(
			ask(AUDIT_ARCH_X86_64, (uint32_t)number, 0, 9),
			is_one ? MATCH : OTHERWISE);
		ck_assert_uint_eq(
			ask(AUDIT_ARCH_X86_64, (uint32_t)number, 0, 8),
			is_one && number % 2 ? MATCH : OTHERWISE);
		ck_assert_uint_eq(ask(AUDIT_ARCH_I386, (uint32_t)number, 0, 9),
				  number == 1 ? MATCH : OTHERWISE);
	}
}
END_TEST

/* Not by SCMP_ACT_NOTIFY: libseccomp refuses that where the kernel does. */
static void
add_by_libseccomp(scmp_filter_ctx context, unsigned roles)
{
	ck_assert_int_eq(seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH,
					  SCMP_ACT_ALLOW),
			 0);
	for (size_t i = 0; i < call_row_count; i++) {
		const struct call_row *row = &call_rows[i];
		const struct scmp_arg_cmp compare =
			SCMP_CMP(row->argument, SCMP_CMP_MASKED_EQ, row->mask,
				 row->value);

		if (row->number < 0 || row->action != ACTION_ACQUIRE ||
		    !(roles & ROLE_BIT(row->role)))
			continue;
		ck_assert_int_eq(
			seccomp_rule_add_array(context, SCMP_ACT_ERRNO(1),
					       row->number, row->mask ? 1 : 0,
					       &compare),
			0);
	}
}

static void
add_foreign(scmp_filter_ctx context, uint32_t arch)
{
	scmp_filter_ctx other = seccomp_init(SCMP_ACT_ALLOW);

	ck_assert_int_eq(seccomp_arch_add(other, arch), 0);
	ck_assert_int_eq(seccomp_arch_remove(other, SCMP_ARCH_NATIVE), 0);
	add_by_libseccomp(other, ROLE_BIT(ROLE_NODE) | ROLE_BIT(ROLE_BIND));
	ck_assert_int_eq(seccomp_merge(context, other), 0);
}

static void
make_by_libseccomp(struct buf *made)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
	CLEANUP_FD int fd = memfd_create("seccomp", MFD_CLOEXEC);

	add_by_libseccomp(context, ROLES_MAKING);
	if (seccomp_arch_native() == SCMP_ARCH_X86_64) {
		add_foreign(context, SCMP_ARCH_X86);
		add_foreign(context, SCMP_ARCH_X32);
	}
	ck_assert_int_eq(seccomp_export_bpf(context, fd), 0);
	seccomp_release(context);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_all(fd, made), 0);
}

static void
make_for_witness(void)
{
	struct sock_fprog program;

	witness_filter_make(&program);
	buf_add(&code, program.filter, program.len * sizeof(*program.filter));
	free(program.filter);
}

static void
compare(const struct buf *expected, const struct seccomp_data *data)
{
	uint32_t wanted = run(expected, data) == OTHERWISE ? OTHERWISE : MATCH;

	if (run(&code, data) != wanted)
		ck_abort_msg("number %#x of %#x, arguments %#llx %#llx %#llx",
			     data->nr, data->arch, data->args[0], data->args[1],
			     data->args[2]);
}

/* Every value that a row asks for in @argument, and some more. */
static void
compare_values(const struct buf *expected, struct seccomp_data *data,
	       unsigned argument)
{
	const uint64_t more[] = {0, 1, 2, 3, UINT32_MAX, UINT64_C(1) << 32};

	for (size_t i = 0; i < ARRAY_LEN(more); i++) {
		data->args[argument] = more[i];
		compare(expected, data);
	}
	for (size_t i = 0; i < call_row_count; i++) {
		if (!call_rows[i].mask || call_rows[i].action != ACTION_ACQUIRE)
			continue;
		data->args[argument] = call_rows[i].value;
		compare(expected, data);
	}
}

START_TEST(the_witness_is_told_what_libseccomp_would_tell)
{
	CLEANUP_BUF struct buf expected = {0};
	const uint64_t rest[] = {0, UINT64_MAX};

	make_by_libseccomp(&expected);
	make_for_witness();
	for (int number = 0; number < 2 * NUMBERS; number++)
		for (unsigned argument = 0; argument < 6; argument++) {
			struct seccomp_data data = {.arch = archs[_i / 2]};

			data.nr = number < NUMBERS
					  ? number
					  : X32_BIT | (number - NUMBERS);
			for (size_t i = 0; i < ARRAY_LEN(data.args); i++)
				data.args[i] = rest[_i % 2];
			compare_values(&expected, &data, argument);
		}
}
END_TEST

/* Or to load it would take long: the kernel tries each number. */
START_TEST(few_steps_lead_to_an_answer)
{
	struct seccomp_data data = {.arch = witness_filter_arch};

	make_for_witness();
	for (data.nr = 0; data.nr < NUMBERS; data.nr++) {
		run(&code, &data);
		ck_assert_int_le(steps, 16);
	}
}
END_TEST

Suite *
call_filter_suite(void)
{
	Suite *suite = suite_create("call_filter");
	TCase *tests = tcase_create("call_filter");

	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_add_test(tests, of_no_case_none_holds);
	tcase_add_test(tests, any_condition_of_a_number_is_enough);
	tcase_add_test(tests, the_upper_half_of_an_argument_does_not_count);
	tcase_add_loop_test(tests, any_count_of_numbers_is_searched, 0, 81);
	tcase_add_loop_test(tests,
			    the_witness_is_told_what_libseccomp_would_tell, 0,
			    2 * (int)ARRAY_LEN(archs));
	tcase_add_test(tests, few_steps_lead_to_an_answer);
	suite_add_tcase(suite, tests);
	return suite;
}
