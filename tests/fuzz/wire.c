/* SPDX-License-Identifier: MIT */
/*
 * wire.c - fuzz: what a campaign finds on the socket of a warden that was
 * killed in the middle of a message, or writes nonsense. A message that comes
 * through is whole, and comes through again.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "harness/wire.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 16 * 1024 }; /* what a socket takes at once */

static void
open_pair(int pair[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		abort();
}

static void
check_again(json_t *message)
{
	struct err err = {0};
	json_t *again;
	int pair[2];

	open_pair(pair);
	MUST(wire_send(pair[0], json_incref(message), &err) == 0);
	again = wire_receive(pair[1], &err);
	MUST(again && json_equal(message, again));
	json_decref(again);
	close(pair[0]);
	close(pair[1]);
}

/* All that come until one does not. */
static void
receive(int fd)
{
	struct err err = {0};
	json_t *message;

	while ((message = wire_receive(fd, &err))) {
		MUST(json_is_object(message) || json_is_array(message));
		check_again(message);
		json_decref(message);
	}
	MUST(fuzz_is_explained(&err));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int pair[2];

	if (size > INPUT_MAX)
		return 0;
	open_pair(pair);
	if (fd_write_all(pair[0], data, size))
		abort();
	fd_close(&pair[0]);
	receive(pair[1]);
	fd_close(&pair[1]);
	return 0;
}
