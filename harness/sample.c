/* SPDX-License-Identifier: MIT */
/*
 * sample.c - a fair part of a plan that is too long.
 *
 *	must-clean first, then may-leak; within these
 *	round r: the r-th trial of each site, as chance has ordered them
 *	turn t of a round: the t-th trial of each fault in it
 *
 * So a site has its second trial only when all that can have had their first,
 * and no fault comes more than once before the others of the round came.
 */
#include "harness/sample.h"

#include <stdlib.h>

#include "base/mem.h"

struct ticket {
	const struct planned *item;
	uint64_t key; /* of the order that is being made */
	uint64_t chance;
	uint64_t round, turn;
};

/* splitmix64, https://prng.di.unimi.it/splitmix64.c */
static uint64_t
scramble(uint64_t number)
{
	number += 0x9e3779b97f4a7c15;
	number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
	number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
	return number ^ (number >> 31);
}

static struct ticket *
draw_tickets(const struct plan *plan, uint64_t seed)
{
	struct ticket *tickets = mem_zalloc(plan->count * sizeof(*tickets));

	for (size_t i = 0; i < plan->count; i++) {
		tickets[i].item = &plan->items[i];
		tickets[i].chance = scramble(trial_hash(plan->items[i].id) ^
					     scramble(seed));
	}
	return tickets;
}

/* By policy, then by @more, then by @less: 31 bits are enough for each. */
static uint64_t
make_key(const struct ticket *ticket, uint64_t more, uint64_t less)
{
	return (uint64_t)ticket->item->policy << 62 | more << 31 | less;
}

static uint64_t
key_by_site(const struct ticket *ticket)
{
	return make_key(ticket, 0, (uint64_t)ticket->item->site);
}

static uint64_t
key_by_fault(const struct ticket *ticket)
{
	const struct fault *fault = &ticket->item->fault;

	return make_key(ticket, ticket->round,
			(uint64_t)fault->class << 17 |
				(uint64_t)fault->persistent << 16 |
				(uint64_t)fault->number);
}

static uint64_t
key_by_turn(const struct ticket *ticket)
{
	return make_key(ticket, ticket->round, ticket->turn);
}

/* In the plan nothing comes twice: it decides where chance does not. */
static int
compare(const void *left, const void *right)
{
	const struct ticket *a = left;
	const struct ticket *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->chance != b->chance)
		return a->chance < b->chance ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static int
compare_by_place(const void *left, const void *right)
{
	const struct ticket *a = left;
	const struct ticket *b = right;

	return (a->item > b->item) - (a->item < b->item);
}

static void
order(struct ticket *tickets, size_t count,
      uint64_t (*key)(const struct ticket *ticket))
{
	for (size_t i = 0; i < count; i++)
		tickets[i].key = key(&tickets[i]);
	qsort(tickets, count, sizeof(*tickets), compare);
}

static bool
is_after_equal(const struct ticket *tickets, size_t i)
{
	return i > 0 && tickets[i - 1].key == tickets[i].key;
}

static void
order_fairly(struct ticket *tickets, size_t count)
{
	order(tickets, count, key_by_site);
	for (size_t i = 0; i < count; i++)
		if (is_after_equal(tickets, i))
			tickets[i].round = tickets[i - 1].round + 1;
	order(tickets, count, key_by_fault);
	for (size_t i = 0; i < count; i++)
		if (is_after_equal(tickets, i))
			tickets[i].turn = tickets[i - 1].turn + 1;
	order(tickets, count, key_by_turn);
}

void
sample_plan(struct plan *plan, size_t limit, uint64_t seed)
{
	CLEANUP_FREE struct ticket *tickets = NULL;

	if (limit >= plan->count)
		return;
	tickets = draw_tickets(plan, seed);
	order_fairly(tickets, plan->count);
	qsort(tickets, limit, sizeof(*tickets), compare_by_place);
	/* In their order, none comes to stand on one that is yet to come. */
	for (size_t i = 0; i < limit; i++)
		plan->items[i] = *tickets[i].item;
	plan->left_out += plan->count - limit;
	plan->count = limit;
}
