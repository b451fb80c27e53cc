/* SPDX-License-Identifier: MIT */
/*
 * number.h - numbers in texts that nobody vouches for: digits and nothing else.
 * strtoull(3) also takes blanks, signs and "0x", and makes of what is too large
 * something that is not.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Take the digits at the start of *text, of @base 8, 10 or 16, and move *text
 * behind them. Returns false when there are none or they make more than @limit;
 * nothing is changed then.
 */
bool
number_take(const char **text, unsigned base, uint64_t limit, uint64_t *number);

/* The same where @text has to be nothing but these digits. */
bool
number_parse(const char *text, unsigned base, uint64_t limit, uint64_t *number);
/* The same for what people write: decimal, or hexadecimal as in "0x2a". */
bool number_parse_either(const char *text, uint64_t limit, uint64_t *number);

#endif
