/* SPDX-License-Identifier: MIT */
/*
 * cli_options.h - options that commands of both programs have, each as one row,
 * so that they are called, explained and checked alike. Use in a table of
 * options: OPTION_COLOR(struct settings, color),
 */
#ifndef BASE_CLI_OPTIONS_H
#define BASE_CLI_OPTIONS_H

#include <stddef.h>

#include "base/cli.h"
#include "base/status.h"
#include "base/term.h"

/* The member is an enum term_color. */
#define OPTION_COLOR(type, member)                                          \
	{                                                                   \
		"color", 0, "WHEN",                                         \
			"Colour the output: auto (the default), always or " \
			"never.",                                           \
			cli_color, offsetof(type, member)                   \
	}

/* The member is an int that starts as STATUS_FINDINGS. */
#define OPTION_ERROR_EXITCODE(type, member)                                  \
	{                                                                    \
		"error-exitcode", 0, "N",                                    \
			"Exit with N instead of 1 when there are findings.", \
			cli_status, offsetof(type, member)                   \
	}

#endif
