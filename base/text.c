/* SPDX-License-Identifier: MIT */
/* text.c - bytes made safe to show or to store. */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* The first bytes of UTF-8 sequences, RFC 3629 section 4. */
static const struct lead {
	unsigned char low, high; /* the lead byte lies between them */
	unsigned char length;
	unsigned char second_low, second_high;
} leads[] = {
	{0x00, 0x7f, 1, 0x00, 0x00}, {0xc2, 0xdf, 2, 0x80, 0xbf},
	{0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
	{0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
	{0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf},
	{0xf4, 0xf4, 4, 0x80, 0x8f},
};

static bool
is_between(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

/* Length of the sequence that starts here, 0 when it is not UTF-8. */
static size_t
sequence_length(const unsigned char *bytes, size_t left)
{
	for (size_t i = 0; i < ARRAY_LEN(leads); i++) {
		const struct lead *lead = &leads[i];

		if (!is_between(bytes[0], lead->low, lead->high))
			continue;
		if (lead->length > left)
			return 0;
		if (lead->length > 1 &&
		    !is_between(bytes[1], lead->second_low, lead->second_high))
			return 0;
		for (size_t j = 2; j < lead->length; j++)
			if (!is_between(bytes[j], 0x80, 0xbf))
				return 0;
		return lead->length;
	}
	return 0;
}

bool
text_is_utf8(const char *bytes, size_t length)
{
	const unsigned char *next = (const unsigned char *)bytes;

	while (length > 0) {
		size_t step = sequence_length(next, length);

		if (!step)
			return false;
		next += step;
		length -= step;
	}
	return true;
}

static void
add_escaped(struct buf *into, unsigned char byte)
{
	static const char named[] = "abtnvfr"; /* 0x07 to 0x0d */

	if (byte == '\\')
		buf_add_text(into, "\\\\");
	else if (byte >= 0x07 && byte <= 0x0d)
		buf_printf(into, "\\%c", named[byte - 0x07]);
	else
		buf_printf(into, "\\x%02x", byte);
}

/* Characters that are obeyed, not shown, or that XML and YAML forbid. */
static const struct range {
	uint32_t low, high;
} unfit[] = {
	{0x0000, 0x001f}, /* C0 controls */
	{'\\', '\\'},	  /* what escapes begin with */
	{0x007f, 0x009f}, /* DEL, C1 controls */
	{0x2028, 0x202e}, /* ends of lines and paragraphs, direction of text */
	{0x2066, 0x2069}, /* direction of text */
	{0xfeff, 0xfeff}, /* byte order mark */
	{0xfffe, 0xffff}, /* no characters: XML 1.0, section 2.2 */
};

static uint32_t
decode(const unsigned char *sequence, size_t length)
{
	uint32_t point = sequence[0];

	if (length > 1)
		point &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++)
		point = point << 6 | (sequence[i] & 0x3f);
	return point;
}

/* Would a terminal take this sequence for a command, or a reader for ours? */
static bool
must_escape(const unsigned char *sequence, size_t length)
{
	uint32_t point;

	if (length == 0)
		return true;
	point = decode(sequence, length);
	for (size_t i = 0; i < ARRAY_LEN(unfit); i++)
		if (point >= unfit[i].low && point <= unfit[i].high)
			return true;
	return false;
}

void
text_add_printable(struct buf *into, const char *bytes, size_t length)
{
	const unsigned char *next = (const unsigned char *)bytes;

	while (length > 0) {
		size_t step = sequence_length(next, length);
		bool escape = must_escape(next, step);

		if (step == 0)
			step = 1;
		if (!escape)
			buf_add(into, next, step);
		for (size_t i = 0; escape && i < step; i++)
			add_escaped(into, next[i]);
		next += step;
		length -= step;
	}
}

static bool
needs_quotes(const char *word, size_t length)
{
	static const char special[] = " \t\n\"'`$&|;<>()*?[]{}~!#\\";

	if (length == 0)
		return true;
	for (size_t i = 0; i < length; i++)
		if (strchr(special, word[i]))
			return true;
	return false;
}

void
text_add_word(struct buf *into, const char *word, size_t length)
{
	if (!needs_quotes(word, length)) {
		text_add_printable(into, word, length);
		return;
	}
	buf_add_text(into, "'");
	for (size_t i = 0, start = 0; i <= length; i++) {
		if (i < length && word[i] != '\'')
			continue;
		text_add_printable(into, word + start, i - start);
		if (i < length)
			buf_add_text(into, "'\\''");
		start = i + 1;
	}
	buf_add_text(into, "'");
}

void
text_add_count(struct buf *into, size_t count, const char *singular)
{
	buf_printf(into, "%zu %s%s", count, singular, count == 1 ? "" : "s");
}

void
text_add_wrapped(struct buf *into, const char *text, size_t length,
		 size_t indent, size_t width)
{
	const char *end = text + length;
	size_t at = indent;

	while (text < end) {
		size_t rest = (size_t)(end - text);
		const char *blank = memchr(text, ' ', rest);
		size_t word = blank ? (size_t)(blank - text) : rest;

		if (at > indent && at + 1 + word > width) {
			buf_printf(into, "\n%*s", (int)indent, "");
			at = indent;
		}
		if (at > indent)
			buf_add_text(into, " ");
		buf_add(into, text, word);
		at += word + (at > indent);
		for (text += word; text < end && *text == ' '; text++)
			continue;
	}
}

void
text_add_hex(struct buf *into, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		buf_printf(into, "%02x", (unsigned char)bytes[i]);
}

static int
hex_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = digit ? strchr(digits, digit) : NULL;

	return found ? (int)(found - digits) : -1;
}

int
text_from_hex(struct buf *into, const char *hex)
{
	size_t length = strlen(hex);
	size_t start = into->length;

	if (length % 2)
		return -1;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_value(hex[i]);
		int low = hex_value(hex[i + 1]);
		char byte = (char)(high * 16 + low);

		if (high < 0 || low < 0) {
			into->length = start;
			return -1;
		}
		buf_add(into, &byte, 1);
	}
	return 0;
}

void
text_add_cut(struct buf *into, const char *text, size_t limit)
{
	size_t length = strlen(text);
	size_t kept = length;

	if (length > limit) {
		kept = limit;
		while (kept && ((unsigned char)text[kept] & 0xc0) == 0x80)
			kept--;
	}
	buf_add(into, text, kept);
	if (kept < length)
		buf_printf(into, " ... (%zu bytes more)", length - kept);
}
