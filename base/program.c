/* SPDX-License-Identifier: MIT */
/* program.c - finds the command, runs it, prints what went wrong. */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/text.h"

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
print_error(const char *name, const struct err *err)
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
	fprintf(stderr, "%s: %s\n", name, buf_text(&line));
}

static int
run_command_line(const struct cli_command *top, const char *name, int argc,
		 char **argv, struct err *err)
{
	struct program_settings settings = {0};
	const struct cli_command *command;
	int first = cli_parse(top, name, &settings, argc, argv, err);

	if (first <= 0)
		return first ? STATUS_USAGE : STATUS_OK;
	if (settings.version) {
		printf("%s " VERSION "\n", name);
		return STATUS_OK;
	}
	if (first == argc) {
		err_set(err, 0, "a command is missing; see '%s --help'", name);
		return STATUS_USAGE;
	}
	command = cli_find(top, name, argv[first], err);
	if (!command)
		return STATUS_USAGE;
	return command->run(command, argc - first, argv + first, err);
}

static int
refuse_loss(struct err *err)
{
	return err_set(err, errno, "cannot write to standard output");
}

int
program_flush(struct err *err)
{
	errno = 0;
	return fflush(stdout) || ferror(stdout) ? refuse_loss(err) : 0;
}

static int
close_output(struct err *err)
{
	bool failed = ferror(stdout);

	/* Some file systems tell only at the end: close(2), ERRORS. */
	errno = 0;
	return fclose(stdout) || failed ? refuse_loss(err) : 0;
}

int
program_main(const struct cli_command *top, const char *name, int argc,
	     char **argv)
{
	struct err err = {0};
	struct err last;
	int status;

	guard_standard_files();
	status = run_command_line(top, name, argc, argv, &err);
	if (err.text[0])
		print_error(name, &err);
	if (!close_output(&last))
		return status;
	if (!err.text[0])
		print_error(name, &last);
	return STATUS_USAGE;
}
