/* SPDX-License-Identifier: MIT */
/* buf.c - a growing run of bytes. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *
buf_reserve(struct buf *buf, size_t more)
{
	size_t needed = buf->length + more + 1;

	if (needed > buf->room) {
		buf->room = needed + needed / 2 + 64;
		buf->data = mem_grow(buf->data, buf->room, 1);
	}
	buf->data[buf->length] = '\0';
	return buf->data + buf->length;
}

void
buf_add(struct buf *buf, const void *bytes, size_t length)
{
	char *end = buf_reserve(buf, length);

	if (length)
		memcpy(end, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void
buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

/* Most texts fit into what is there; the others are formatted again. */
void
buf_printf(struct buf *buf, const char *format, ...)
{
	char *end = buf_reserve(buf, 64);
	size_t room = buf->room - buf->length;
	va_list args;
	va_list again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(end, room, format, args);
	va_end(args);
	if (length < 0)
		abort();
	if ((size_t)length >= room)
		vsnprintf(buf_reserve(buf, (size_t)length), (size_t)length + 1,
			  format, again);
	va_end(again);
	buf->length += (size_t)length;
}

void
buf_clear(struct buf *buf)
{
	buf->length = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

void
buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf) {0};
}

const char *
buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}
