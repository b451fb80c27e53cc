/* SPDX-License-Identifier: MIT */
/*
 * text.h - bytes that nobody vouches for, made safe to show or to store.
 * Names of objects, paths and command lines may hold anything but NUL.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Is this well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
bool text_is_utf8(const char *bytes, size_t length);

/*
 * Append @bytes so that a terminal shows them on one line and obeys none of
 * them: control bytes and bytes that are not UTF-8 become C escapes (\n,
 * \x1b), a backslash is doubled. Characters that break lines, turn the
 * direction of text or are none (U+FFFE) are escaped, too, byte by byte, so
 * XML and YAML can hold what is printable.
 */
void text_add_printable(struct buf *into, const char *bytes, size_t length);

/*
 * Append one word of a command line, printable, in single quotes where a shell
 * would otherwise see something in it: it's becomes 'it'\''s'.
 */
void text_add_word(struct buf *into, const char *word, size_t length);

/*
 * Append @text, or of UTF-8 that is longer than @limit bytes what fits and how
 * much is missing: " ... (7 bytes more)".
 */
void text_add_cut(struct buf *into, const char *text, size_t limit);

/* Append "1 object" or "2 objects". */
void text_add_count(struct buf *into, size_t count, const char *singular);

/*
 * Append @text so that no line is wider than @width bytes unless a word is. The
 * first line starts at column @indent already, the others get as many blanks;
 * runs of blanks become one.
 */
void text_add_wrapped(struct buf *into, const char *text, size_t length,
		      size_t indent, size_t width);

/* Append @bytes in lower-case hexadecimal. */
void text_add_hex(struct buf *into, const char *bytes, size_t length);

/*
 * Append the bytes that @hex spells. Returns 0, or -1 when @hex is no even
 * run of hexadecimal digits; then nothing was appended.
 */
int text_from_hex(struct buf *into, const char *hex);

#endif
