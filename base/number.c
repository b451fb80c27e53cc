/* SPDX-License-Identifier: MIT */
/* number.c - numbers in texts that nobody vouches for. */
#include "base/number.h"

#include <strings.h>

enum { NO_DIGIT = 16 }; /* in no base */

static unsigned
value_of(char digit)
{
	if (digit >= '0' && digit <= '9')
		return (unsigned)(digit - '0');
	if (digit >= 'a' && digit <= 'f')
		return (unsigned)(digit - 'a') + 10;
	if (digit >= 'A' && digit <= 'F')
		return (unsigned)(digit - 'A') + 10;
	return NO_DIGIT;
}

bool
number_take(const char **text, unsigned base, uint64_t limit, uint64_t *number)
{
	const char *at = *text;
	uint64_t value = 0;

	for (; value_of(*at) < base; at++)
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, value_of(*at), &value))
			return false;
	if (at == *text || value > limit)
		return false;
	*text = at;
	*number = value;
	return true;
}

bool
number_parse(const char *text, unsigned base, uint64_t limit, uint64_t *number)
{
	uint64_t value;

	if (!number_take(&text, base, limit, &value) || *text)
		return false;
	*number = value;
	return true;
}

bool
number_parse_either(const char *text, uint64_t limit, uint64_t *number)
{
	static const char mark[] = "0x";
	const size_t length = sizeof(mark) - 1;

	if (strncasecmp(text, mark, length) == 0)
		return number_parse(text + length, 16, limit, number);
	return number_parse(text, 10, limit, number);
}
