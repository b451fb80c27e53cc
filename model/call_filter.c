/* SPDX-License-Identifier: MIT */
/*
 * call_filter.c - seccomp programs in classic BPF.
 *
 * Not by libseccomp, for they are in the way of each command that is started:
 * to load libseccomp and have it make a program takes some 0.2 ms. And when a
 * program is loaded the kernel tries it on each number that there is, to learn
 * which calls are always allowed (seccomp_cache_prepare(), since 5.11): to
 * compare with one after the other, as libseccomp does, takes longer by far
 * than the binary search here.
 *
 *	for each architecture
 *	    if it is this one:  search(cases)
 *	otherwise
 *
 *	search(cases):
 *	    if they are of several numbers:
 *		if A >= number in the middle:  search(those from there on)
 *		search(those before)
 *	    if A == number:
 *		for each case:  if (argument & mask) == value:  match
 *	    otherwise
 */
#include "model/call_filter.h"

#include <assert.h>
#include <endian.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>

/* What the program may return. */
struct ends {
	uint32_t match;
	uint32_t otherwise;
};

static void
add(struct buf *code, int operation, uint32_t operand)
{
	const struct sock_filter instruction =
		BPF_STMT((uint16_t)operation, operand);

	buf_add(code, &instruction, sizeof(instruction));
}

/* Pass over so many instructions, depending on how A compares to @value. */
static void
add_jump(struct buf *code, int comparison, uint32_t value, size_t if_true,
	 size_t if_false)
{
	const struct sock_filter instruction =
		BPF_JUMP((uint16_t)(BPF_JMP | comparison | BPF_K), value,
			 (uint8_t)if_true, (uint8_t)if_false);

	assert(if_true <= UINT8_MAX && if_false <= UINT8_MAX);
	buf_add(code, &instruction, sizeof(instruction));
}

static void
add_load(struct buf *code, size_t offset)
{
	add(code, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

static void
add_return(struct buf *code, uint32_t action)
{
	add(code, BPF_RET | BPF_K, action);
}

static size_t
length_of(const struct buf *code)
{
	return code->length / sizeof(struct sock_filter);
}

/* All conditions are on the lower half of an argument. */
static size_t
offset_of(const struct call_row *row)
{
	size_t offset = offsetof(struct seccomp_data, args) +
			row->argument * sizeof(uint64_t);

	assert(row->mask <= UINT32_MAX);
	return BYTE_ORDER == BIG_ENDIAN ? offset + sizeof(uint32_t) : offset;
}

static void
add_condition(struct buf *code, const struct call_row *row, uint32_t match)
{
	if (row->mask) {
		add_load(code, offset_of(row));
		add(code, BPF_ALU | BPF_AND | BPF_K, (uint32_t)row->mask);
		add_jump(code, BPF_JEQ, (uint32_t)row->value, 0, 1);
	}
	add_return(code, match);
}

static void
add_number(struct buf *code, const struct call_case *cases, size_t count,
	   const struct ends *ends)
{
	CLEANUP_BUF struct buf conditions = {0};

	for (size_t i = 0; i < count; i++)
		add_condition(&conditions, cases[i].row, ends->match);
	add_jump(code, BPF_JEQ, cases[0].number, 0, length_of(&conditions));
	buf_add(code, conditions.data, conditions.length);
	add_return(code, ends->otherwise);
}

/* Where a number begins, about in the middle; 0 when there is only one. */
static size_t
find_middle(const struct call_case *cases, size_t count)
{
	size_t middle = count / 2;

	while (middle > 0 && cases[middle - 1].number == cases[middle].number)
		middle--;
	if (middle > 0)
		return middle;
	while (middle < count && cases[middle].number == cases[0].number)
		middle++;
	return middle < count ? middle : 0;
}

static void
add_search(struct buf *code, const struct call_case *cases, size_t count,
	   const struct ends *ends)
{
	CLEANUP_BUF struct buf below = {0};
	size_t middle = find_middle(cases, count);

	if (middle == 0) {
		add_number(code, cases, count, ends);
		return;
	}
	add_search(&below, cases, middle, ends);
	add_jump(code, BPF_JGE, cases[middle].number, length_of(&below), 0);
	buf_add(code, below.data, below.length);
	add_search(code, cases + middle, count - middle, ends);
}

static int
compare_numbers(const void *a, const void *b)
{
	const struct call_case *left = a;
	const struct call_case *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static void
add_arch(struct buf *code, const struct call_cases *cases,
	 const struct ends *ends)
{
	CLEANUP_BUF struct buf found = {0};

	if (cases->count == 0)
		return;
	qsort(cases->items, cases->count, sizeof(*cases->items),
	      compare_numbers);
	add_load(&found, offsetof(struct seccomp_data, nr));
	add_search(&found, cases->items, cases->count, ends);
	/* What is passed over may be longer than these jumps reach. */
	add_jump(code, BPF_JEQ, cases->arch, 1, 0);
	add(code, BPF_JMP | BPF_JA, (uint32_t)length_of(&found));
	buf_add(code, found.data, found.length);
}

void
call_filter_make(struct buf *code, const struct call_cases *archs,
		 size_t arch_count, uint32_t match, uint32_t otherwise)
{
	const struct ends ends = {match, otherwise};

	add_load(code, offsetof(struct seccomp_data, arch));
	for (size_t i = 0; i < arch_count; i++)
		add_arch(code, &archs[i], &ends);
	add_return(code, otherwise);
}
