/* SPDX-License-Identifier: MIT */
/*
 * buf.h - a growing run of bytes, always followed by a NUL.
 * Zero-initialise to start; buf_free() may run twice.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/attr.h"

struct buf {
	char *data; /* NULL while nothing was ever added */
	size_t length;
	size_t room;
};

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Make room for @more bytes after the end and return where they go. */
char *buf_reserve(struct buf *buf, size_t more);
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_free(struct buf *buf);
/* The bytes as a C string, "" when empty. Valid until the next change. */
const char *buf_text(const struct buf *buf);

#define CLEANUP_BUF CLEANUP(buf_free)

#endif
