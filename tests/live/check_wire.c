/* SPDX-License-Identifier: MIT */
/* check_wire.c - live: messages over a socket, and what is left of one. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/fd.h"
#include "harness/wire.h"

Suite *wire_suite(void);

static int pair[2];
static struct err err;

static void
setup(void)
{
	err = (struct err) {0};
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
}

static void
teardown(void)
{
	fd_close(&pair[0]);
	fd_close(&pair[1]);
}

START_TEST(a_message_comes_through)
{
	json_t *message = json_pack("{s:i,s:s%}", "a", 1, "b", "x\0y", 3);
	json_t *got;

	ck_assert_int_eq(wire_send(pair[0], json_incref(message), &err), 0);
	got = wire_receive(pair[1], &err);
	ck_assert(json_equal(got, message));
	json_decref(got);
	json_decref(message);
}
END_TEST

/* @length is what the begin of the message says, in this machine's order. */
static const struct {
	uint64_t length;
	const char *rest;
	int code;
} broken[] = {
	{0, "", 0},
	{2, "{", EPIPE},
	{1, "{", 0},
	/* What nobody sends: a writer that was overwritten, say. */
	{UINT64_MAX, "{}", EPIPE},
	{UINT64_C(1) << 48, "{}", EPIPE},
};

START_TEST(what_is_left_of_a_message_is_none)
{
	ck_assert_int_eq(fd_write_all(pair[0], &broken[_i].length,
				      sizeof(broken[_i].length)),
			 0);
	ck_assert_int_eq(
		fd_write_all(pair[0], broken[_i].rest, strlen(broken[_i].rest)),
		0);
	fd_close(&pair[0]);
	ck_assert_ptr_null(wire_receive(pair[1], &err));
	ck_assert_int_eq(err.code, broken[_i].code);
	ck_assert_int_ne(err.text[0], '\0');
}
END_TEST

Suite *
wire_suite(void)
{
	Suite *suite = suite_create("wire");
	TCase *tests = tcase_create("wire");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_message_comes_through);
	tcase_add_loop_test(tests, what_is_left_of_a_message_is_none, 0,
			    ARRAY_LEN(broken));
	suite_add_tcase(suite, tests);
	return suite;
}
