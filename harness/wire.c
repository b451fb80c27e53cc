/* SPDX-License-Identifier: MIT */
/* wire.c - whole messages over a stream socket. */
#include "harness/wire.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { STEP_BYTES = 1 << 20 };

static int
send_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -1;
		bytes += sent;
		length -= (size_t)sent;
	}
	return 0;
}

/* In one go: who waits for it wakes up once. */
int
wire_send(int fd, json_t *message, struct err *err)
{
	CLEANUP_FREE char *text = json_dumps(message, JSON_COMPACT);
	CLEANUP_BUF struct buf bytes = {0};
	uint64_t length = text ? strlen(text) : 0;

	json_decref(message);
	if (!text)
		return err_set(err, 0, "a message cannot be written as JSON");
	buf_add(&bytes, &length, sizeof(length));
	buf_add(&bytes, text, length);
	if (send_all(fd, bytes.data, bytes.length))
		return err_set(err, errno, "sending a message");
	return 0;
}

static int
receive_all(int fd, char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t got = recv(fd, bytes, length, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EPIPE;
		if (got <= 0)
			return -1;
		bytes += got;
		length -= (size_t)got;
	}
	return 0;
}

/* Memory is there for what has come, not for what a length promises. */
static int
receive_text(int fd, struct buf *text, uint64_t length)
{
	while (length > 0) {
		size_t step = length < STEP_BYTES ? (size_t)length : STEP_BYTES;

		if (receive_all(fd, buf_reserve(text, step), step))
			return -1;
		text->length += step;
		length -= step;
	}
	return 0;
}

json_t *
wire_receive(int fd, struct err *err)
{
	CLEANUP_BUF struct buf text = {0};
	uint64_t length;
	json_error_t wrong;
	json_t *message;

	if (receive_all(fd, (char *)&length, sizeof(length)) ||
	    receive_text(fd, &text, length)) {
		err_set(err, errno == ECONNRESET ? EPIPE : errno,
			"receiving a message");
		return NULL;
	}
	message = json_loadb(buf_text(&text), text.length, JSON_ALLOW_NUL,
			     &wrong);
	if (!message)
		err_set(err, 0, "a message is no JSON: %s", wrong.text);
	return message;
}
