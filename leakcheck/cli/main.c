/* SPDX-License-Identifier: MIT */
/* main.c - finds the command, runs it, prints what went wrong. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "base/text.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/tell.h"

/*
 * A standard descriptor that came closed would be the next file that is
 * opened, and be written to. Put something there that cannot be used, so that
 * using it is an error as before; a command that is run does not get it.
 */
static void
guard_standard_files(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", flags | O_CLOEXEC);
	}
}

/* Names that an error quotes must not reach the terminal as they are. */
static void
print_error(const struct err *err)
{
	CLEANUP_BUF struct buf line = {0};
	const char *text = err->text;

	for (;;) {
		size_t length = strcspn(text, "\\");

		text_add_printable(&line, text, length);
		if (!text[length])
			break;
		buf_add_text(&line, "\\");
		text += length + 1;
	}
	fflush(stdout);
	fprintf(stderr, PROGRAM ": %s\n", buf_text(&line));
}

static int
run_command_line(int argc, char **argv, struct err *err)
{
	struct program_settings settings = {0};
	const struct cli_command *command;
	int first = cli_parse(&program_command, PROGRAM, &settings, argc, argv,
			      err);

	if (first <= 0)
		return first ? STATUS_USAGE : STATUS_OK;
	if (settings.version) {
		puts(PROGRAM " " VERSION);
		return STATUS_OK;
	}
	if (first == argc) {
		err_set(err, 0,
			"a command is missing; see '" PROGRAM " --help'");
		return STATUS_USAGE;
	}
	command = cli_find(&program_command, PROGRAM, argv[first], err);
	if (!command)
		return STATUS_USAGE;
	return command->run(command, argc - first, argv + first, err);
}

int
main(int argc, char **argv)
{
	struct err err = {0};
	struct err last;
	int status;

	guard_standard_files();
	status = run_command_line(argc, argv, &err);
	if (err.text[0])
		print_error(&err);
	if (!tell_finish(&last))
		return status;
	if (!err.text[0])
		print_error(&last);
	return STATUS_USAGE;
}
