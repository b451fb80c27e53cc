/* SPDX-License-Identifier: MIT */
/*
 * attr.h - the compiler attributes that the project uses, each under one name.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define PRINTF_LIKE(format, first) \
	__attribute__((__format__(__printf__, format, first)))
#define NORETURN	 __attribute__((__noreturn__))
#define CLEANUP(release) __attribute__((__cleanup__(release)))
#define DESTRUCTOR	 __attribute__((__destructor__))
#define NO_ASAN		 __attribute__((__no_sanitize_address__))
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
