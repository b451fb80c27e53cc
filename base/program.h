/* SPDX-License-Identifier: MIT */
/*
 * program.h - what both programs do around their commands: find the one that is
 * meant, run it, say what went wrong. Apart from main() itself the only place
 * that prints errors.
 */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stddef.h>

#include "base/cli.h"

/* The settings of the program itself, without a command. */
struct program_settings {
	bool version;
};

#define PROGRAM_OPTION_VERSION                                                \
	{                                                                     \
		"version", 'V', NULL, "Show the version and exit.", cli_flag, \
			offsetof(struct program_settings, version)            \
	}

/*
 * All of main(): run the command of @top that argv names. @top's options set a
 * struct program_settings. Closes stdout. Returns the exit status: the
 * command's, or STATUS_USAGE when no command is meant or output did not arrive.
 */
int program_main(const struct cli_command *top, const char *name, int argc,
		 char **argv);

/*
 * Make what was printed to stdout arrive, before more is said on stderr.
 * Returns 0, or -1 with *err set when something did not arrive: a full disk, a
 * closed descriptor.
 */
int program_flush(struct err *err);

#endif
