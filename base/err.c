/* SPDX-License-Identifier: MIT */
/* err.c - filling and wrapping of struct err. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
err_set(struct err *err, int code, const char *format, ...)
{
	va_list args;
	size_t used;

	err->code = code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	if (!code)
		return -1;
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		 strerror(code));
	return -1;
}

int
err_wrap(struct err *err, const char *format, ...)
{
	char before[sizeof(err->text)];
	char whole[2 * sizeof(err->text) + 2];
	va_list args;

	va_start(args, format);
	vsnprintf(before, sizeof(before), format, args);
	va_end(args);
	snprintf(whole, sizeof(whole), "%s: %s", before, err->text);
	memcpy(err->text, whole, sizeof(err->text) - 1);
	err->text[sizeof(err->text) - 1] = '\0';
	return -1;
}
