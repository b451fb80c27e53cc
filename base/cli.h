/* SPDX-License-Identifier: MIT */
/*
 * cli.h - command lines as tables. One row an option drives the parser, --help
 * and the test that holds the man page against both.
 *
 * Parsing stops after "--" and, unless the command says otherwise, at the first
 * argument that is no option, so that a command to be run keeps its own options
 * (getopt_long(3), "+").
 */
#ifndef BASE_CLI_H
#define BASE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct cli_option;

/*
 * Take one option into @settings. @value is NULL for an option without one.
 * Returns 0, or -1 with *err saying what a good value looks like.
 */
typedef int cli_take(const struct cli_option *option, void *settings,
		     const char *value, struct err *err);

struct cli_option {
	const char *name;  /* long form, without dashes */
	char letter;	   /* short form, 0: none */
	const char *value; /* what its value is called, NULL: it has none */
	const char *help;  /* one sentence, may be long: wrapped when shown */
	cli_take *take;
	size_t offset; /* of the member of the settings that it sets */
};

struct cli_command {
	const char *name;      /* NULL: the program itself */
	const char *arguments; /* "[OPTION]... -- COMMAND [ARG]..." */
	const char *summary;   /* one line: "compare two snapshots" */
	/*
	 * Paragraphs for --help, NULL: none. They are wrapped; a line that
	 * starts with a blank is shown as it is.
	 */
	const char *details;
	const struct cli_option *options;
	size_t option_count;
	/*
	 * Options may stand behind other arguments, too; not with
	 * POSIXLY_CORRECT in the environment, getopt(3).
	 */
	bool mixed;
	/*
	 * Run it: argv[0] is the command's name. Returns an exit status; when
	 * err->text is not empty main prints it.
	 */
	int (*run)(const struct cli_command *self, int argc, char **argv,
		   struct err *err);
	/* Of the program itself: what can follow its name. */
	const struct cli_command *const *commands;
	size_t command_count;
};

/* A list of texts that an option may be given again and again to fill. */
struct cli_texts {
	const char **items; /* point into argv */
	size_t count;
};
void cli_texts_free(struct cli_texts *texts);

/* What @option sets in @settings, for takers. */
void *cli_member(const struct cli_option *option, void *settings);

/* Takers. The member at option->offset has the type that is named. */
cli_take cli_flag;   /* bool, becomes true */
cli_take cli_text;   /* const char *, points into argv */
cli_take cli_more;   /* struct cli_texts */
cli_take cli_status; /* int, 0 to 255 */
cli_take cli_size;   /* size_t, a decimal number */
cli_take cli_count;  /* the same, but not 0 */
cli_take cli_color;  /* enum term_color */
cli_take cli_period; /* int64_t milliseconds: "5", "0.5", "300ms", "2h", "7d" */
cli_take cli_limit;  /* the same, but not 0 */

/*
 * Parse the options of @command. --help (-h) is known to every command: it
 * prints the help to stdout and cli_parse() returns 0. Returns the index in
 * @argv of the first argument that is not an option, all others being behind it
 * then (argv is reordered for a command that is `mixed`); or -1 with *err set:
 * unknown or ambiguous option, missing or unwanted value, bad value; each
 * error names the option and points to --help.
 */
int cli_parse(const struct cli_command *command, const char *program,
	      void *settings, int argc, char **argv, struct err *err);

/*
 * The command of @top that is called @name, or NULL with *err set: what
 * was perhaps meant, and where the commands are listed.
 */
const struct cli_command *
cli_find(const struct cli_command *top, const char *program, const char *name,
	 struct err *err);

/* Print what --help shows for @command. */
void
cli_help(FILE *out, const char *program, const struct cli_command *command);

#endif
