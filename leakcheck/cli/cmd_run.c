/* SPDX-License-Identifier: MIT */
/* cmd_run.c - `leakcheck run`: the gate around a command. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "leakcheck/apart.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/options.h"
#include "leakcheck/cli/run_report.h"
#include "leakcheck/cli/run_results.h"
#include "leakcheck/cli/tell.h"
#include "leakcheck/inuse.h"
#include "leakcheck/remove.h"
#include "reports/paths.h"
#include "reports/wanted.h"

enum { SETTLE_MS = 5000, GRACE_MS = 2000 };

#define NODES (KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET))

struct run_options {
	struct scope scope;
	struct ignore ignore;
	int64_t settle_ms;
	int64_t grace_ms;
	const char *output;
	struct wanted wanted;
	enum term_color color;
	int error_status;
	bool host, sandbox;
	bool no_creators;
	bool keep;
	bool strict;
	bool json;
	bool verbose;
};

#define MEMBER(name) offsetof(struct run_options, name)

static const struct cli_option options[] = {
	{"host", 0, NULL,
	 "Run on the host and not in a sandbox. Objects count that the "
	 "command was seen to make; others that appear meanwhile are listed "
	 "apart.",
	 cli_flag, MEMBER(host)},
	{"sandbox", 0, NULL,
	 "Run in a sandbox or not at all (exit status 77). Without this and "
	 "--host the host is used where a sandbox is refused, and that is "
	 "said.",
	 cli_flag, MEMBER(sandbox)},
	{"strict", 0, NULL,
	 "Fail also for objects of unknown creators, for processes that "
	 "outlive the command, and (exit status 5) for what could not be "
	 "looked at.",
	 cli_flag, MEMBER(strict)},
	OPTIONS_IGNORE(struct run_options, ignore),
	OPTION_ERROR_EXITCODE(struct run_options, error_status),
	{"settle", 0, "PERIOD",
	 "How long processes may outlive the command before they are ended; "
	 "5s if not given.",
	 cli_period, MEMBER(settle_ms)},
	{"grace", 0, "PERIOD",
	 "How long they have between SIGTERM and SIGKILL; 2s if not given.",
	 cli_period, MEMBER(grace_ms)},
	{"keep", 0, NULL,
	 "Leave in place what outlives a sandbox: FIFOs and sockets, and with "
	 "--host everything.",
	 cli_flag, MEMBER(keep)},
	{"no-creators", 0, NULL,
	 "Do not learn who makes objects: no seccomp filter is put on the "
	 "command. FIFOs and sockets are then looked for in directories, and "
	 "with --host objects have no known creator.",
	 cli_flag, MEMBER(no_creators)},
	OPTIONS_SCOPE_WATCH(
		struct run_options, scope,
		"Look for FIFOs and sockets in this directory and below, too: "
		"those that the command is seen to make are found wherever "
		"they are. With --no-creators: here and not where they are "
		"usual. May be given again."),
	{"output", 'o', "FILE",
	 "Write the report to FILE ('-': standard output) and not to "
	 "standard error.",
	 cli_text, MEMBER(output)},
	OPTION_JSON(struct run_options, json),
	OPTION_REPORT(struct run_options, wanted, wanted_take,
		      "behind what COMMAND printed"),
	OPTION_COLOR(struct run_options, color),
	{"verbose", 'v', NULL,
	 "Say also that nothing was left, what rules expected, and all of a "
	 "long list.",
	 cli_flag, MEMBER(verbose)},
};

static void
classify(struct run_report *report, struct ignore *ignore)
{
	const struct run *run = report->run;

	report->findings =
		mem_zalloc(run->leak_count * sizeof(*report->findings));
	report->count = run->leak_count;
	for (size_t i = 0; i < run->leak_count; i++) {
		struct run_finding *finding = &report->findings[i];

		finding->leak = &run->leaks[i];
		finding->rule =
			rule_list_match(&ignore->list, finding->leak->object);
		finding->class = finding->rule ? FINDING_IGNORED
				 : finding->leak->class == LEAK_OWN
					 ? FINDING_LEAK
					 : FINDING_FOREIGN;
		report->counts[finding->class]++;
	}
}

/* The sandbox takes its own objects along; FIFOs and sockets are outside. */
static bool
goes_with_sandbox(const struct run *run, const struct object *object)
{
	return run->sandboxed && !(NODES & KIND_BIT(object->kind));
}

static void
remove_finding(const struct run *run, struct inuse **inuse,
	       struct run_finding *finding)
{
	const struct object *object = finding->leak->object;
	CLEANUP_BUF struct buf why = {0};
	struct err err;

	if (!*inuse)
		*inuse = inuse_new(run->tree.proc_dir);
	if (inuse_ask(*inuse, object, &why) == USE_BUSY)
		finding->why = mem_strdup(buf_text(&why));
	else if (remove_object(object, &err))
		finding->why = mem_strdup(err.text);
	finding->removal = finding->why ? REMOVAL_FAILED : REMOVAL_DONE;
}

/* Only what the command itself left: nothing of others, nothing expected. */
static void
remove_findings(struct run_report *report, bool keep)
{
	const struct run *run = report->run;
	CLEANUP_INUSE struct inuse *inuse = NULL; /* most runs need none */

	for (size_t i = 0; i < report->count; i++) {
		struct run_finding *finding = &report->findings[i];

		if (goes_with_sandbox(run, finding->leak->object))
			finding->removal = REMOVAL_GOES;
		else if (finding->class == FINDING_LEAK && !keep)
			remove_finding(run, &inuse, finding);
	}
}

static int
status_of_command(const struct run *run)
{
	if (run->exec_error)
		return run->exec_error == ENOENT ? STATUS_NOT_FOUND
						 : STATUS_NOT_EXECUTABLE;
	if (WIFSIGNALED(run->status))
		return STATUS_SIGNAL + WTERMSIG(run->status);
	return WEXITSTATUS(run->status);
}

/*
 * Is there something that nobody has looked at? Where a witness was wanted and
 * refused FIFOs and sockets may be anywhere.
 */
static bool
is_something_hidden(const struct run *run)
{
	return run->after->blind_count > 0 || run->missed > 0 ||
	       (run->unwitnessed.text[0] && (run->collect.kinds & NODES));
}

/* What only others may have left, and who stays, counts with --strict only. */
static enum gate
gate_of(const struct run_report *report)
{
	const struct run *run = report->run;

	if (report->counts[FINDING_LEAK] > 0)
		return GATE_FAILED;
	if (report->strict &&
	    (report->counts[FINDING_FOREIGN] > 0 || run->survivors.count > 0))
		return GATE_FAILED;
	if (run->exec_error || (report->strict && is_something_hidden(run)))
		return GATE_INCOMPLETE;
	return GATE_PASSED;
}

/*
 * --error-exitcode=0: report only, the command's status counts. So it does
 * before that of what could not be looked at.
 */
static void
decide(struct run_report *report, int error_status)
{
	int status = status_of_command(report->run);

	report->gate = gate_of(report);
	report->overruled = true;
	if (report->gate == GATE_FAILED && error_status) {
		report->exit_status = error_status;
	} else if (report->gate == GATE_INCOMPLETE && status == STATUS_OK) {
		report->exit_status = STATUS_INCOMPLETE;
	} else {
		report->exit_status = status;
		report->overruled = false;
	}
}

/*
 * A directory of --watch that was there at no time may be a slip of the pen:
 * that nothing was found in it says nothing.
 */
static void
note_missing(struct run *run, const struct cli_texts *before)
{
	const unsigned kinds = run->collect.kinds & NODES;
	CLEANUP(cli_texts_free)
	struct cli_texts missing = scope_missing(before);

	for (size_t i = 0; i < missing.count && kinds; i++)
		snapshot_add_blind(run->after, kinds, missing.items[i],
				   "there is no such directory");
}

static int
write_report(const struct run_report *report,
	     const struct run_options *settings, FILE *out, struct err *err)
{
	int failed = 0;

	if (settings->json)
		failed = run_report_json(report, out, err);
	else
		run_report_text(report, out);
	if (fflush(out) && !failed)
		failed = err_set(err, errno, "writing the report");
	return failed;
}

static int
write_wanted(const struct run_report *report, struct wanted *wanted,
	     struct err *err)
{
	CLEANUP_RESULTS struct results results = {0};
	const struct report whole = {.results = &results};

	if (!wanted->count)
		return 0;
	run_results_make(&results, report);
	return wanted_write(wanted, &whole, err);
}

/*
 * The command is over, so nobody inherits it: a reader that has left, as of
 * `2>&1 | head`, must not take the verdict along.
 */
static int
write_reports(const struct run_report *report, struct run_options *settings,
	      FILE *out, struct err *err)
{
	struct err later = {0};
	int failed;

	signal(SIGPIPE, SIG_IGN);
	failed = write_report(report, settings, out, err);
	if (write_wanted(report, &settings->wanted, failed ? &later : err))
		failed = -1;
	return failed;
}

static int
report_run(struct run_report *report, struct run_options *settings, FILE *out,
	   struct err *err)
{
	const struct run *run = report->run;

	if (run->exec_error)
		err_set(err, run->exec_error, "cannot run %s", report->argv[0]);
	classify(report, &settings->ignore);
	remove_findings(report, settings->keep);
	decide(report, settings->error_status);
	if (write_reports(report, settings, out, err))
		report->exit_status = STATUS_USAGE;
	for (size_t i = 0; i < report->count; i++)
		free(report->findings[i].why);
	free(report->findings);
	return report->exit_status;
}

static struct run_settings
settings_for(const struct run_options *settings, char **argv)
{
	return (struct run_settings) {
		.argv = argv,
		.place = settings->host	     ? RUN_HOST
			 : settings->sandbox ? RUN_SANDBOX
					     : RUN_ANYWHERE,
		.witness = !settings->no_creators,
		.strict = settings->strict,
		.settle_ms = settings->settle_ms,
		.grace_ms = settings->grace_ms,
		.collect = scope_settings(&settings->scope),
		.watch_given = settings->scope.watch.count > 0,
	};
}

static FILE *
open_output(const struct run_options *settings, struct err *err)
{
	FILE *out;

	if (!settings->output)
		return stderr;
	if (strcmp(settings->output, "-") == 0)
		return stdout;
	out = fopen(settings->output, "we");
	if (!out)
		err_set(err, errno, "writing %s", settings->output);
	return out;
}

static void
close_output(FILE *out)
{
	if (out && out != stdout && out != stderr)
		fclose(out);
}

/* What is known before the command runs. */
static struct run_report
report_for(const struct run_options *settings, char **argv)
{
	return (struct run_report) {
		.ignore = &settings->ignore,
		.argv = argv,
		.started = time(NULL),
		.settle_ms = settings->settle_ms,
		.strict = settings->strict,
		.verbose = settings->verbose,
		.color = !settings->output &&
			 term_wants_color(stderr, settings->color),
	};
}

static bool
is_file_below(const char *directory, const char *word)
{
	size_t length = directory ? strlen(directory) : 0;
	bool is_under = length && strncmp(word, directory, length) == 0 &&
			word[length] == '/';
	CLEANUP_BUF struct buf path = {0};
	struct stat status;

	paths_add_normal(&path, is_under ? word + length + 1 : word);
	return paths_is_below(buf_text(&path)) && !stat(word, &status) &&
	       S_ISREG(status.st_mode);
}

/*
 * What of the command may be in a repository: tests/run.sh and not sh, which
 * is found in $PATH. Before it runs, for it may remove that.
 */
static const char *
find_program(char **argv, const char *directory)
{
	for (size_t i = strchr(argv[0], '/') ? 0 : 1; argv[i]; i++)
		if (is_file_below(directory, argv[i]))
			return argv[i];
	return NULL;
}

static int
run_to_report(struct run_options *settings, char **argv, FILE *out,
	      struct err *err)
{
	const struct run_settings how = settings_for(settings, argv);
	const int64_t started_ns = clock_now_ns();
	CLEANUP_FREE char *directory = getcwd(NULL, 0);
	CLEANUP(cli_texts_free)
	struct cli_texts missing = scope_missing(&settings->scope.watch);
	struct run_report report = report_for(settings, argv);
	const char *program = find_program(argv, directory);
	struct run run;
	int failed = run_command(&run, &how, err);
	int status;

	report.run = &run;
	report.program = program;
	report.directory = directory;
	report.seconds =
		(double)(clock_now_ns() - started_ns) / (double)NS_PER_S;
	if (!failed) {
		note_missing(&run, &missing);
		status = report_run(&report, settings, out, err);
	} else if (failed > 0) {
		status = run.front_status;
	} else if (err->code == EPERM && settings->sandbox) {
		status = STATUS_CANNOT_RUN;
	} else {
		status = STATUS_INTERNAL;
	}
	run_free(&run);
	return status;
}

/*
 * Where reports go is found before there is a sandbox, where a name may mean
 * another place, and before the command runs for nothing.
 */
static int
run_and_report(struct run_options *settings, char **argv, struct err *err)
{
	int status = STATUS_USAGE;
	FILE *out;

	if (wanted_open(&settings->wanted, err) ||
	    (settings->output &&
	     wanted_refuse(&settings->wanted, settings->output, "--output",
			   err)))
		return STATUS_USAGE;
	out = open_output(settings, err);
	if (out)
		status = run_to_report(settings, argv, out, err);
	close_output(out);
	return status;
}

/* The command's waits and ours must find no children of others. */
static int
run_alone(struct run_options *settings, char **argv, struct err *err)
{
	int status;
	int parted = 0;

	if (apart_is_needed())
		parted = apart_go(run_signals, RUN_SIGNALS, &status, err);
	if (parted < 0)
		return STATUS_INTERNAL;
	return parted ? status : run_and_report(settings, argv, err);
}

static int
check_arguments(const struct run_options *settings, char **argv,
		struct err *err)
{
	if (!*argv)
		return err_set(err, 0,
			       "run: a command is missing, as in: " PROGRAM
			       " run -- make check");
	if (settings->host && settings->sandbox)
		return err_set(err, 0,
			       "run: --host and --sandbox exclude each other");
	return 0;
}

static int
run(const struct cli_command *self, int argc, char **argv, struct err *err)
{
	struct run_options settings = {.settle_ms = SETTLE_MS,
				       .grace_ms = GRACE_MS,
				       .error_status = STATUS_FINDINGS};
	int first = cli_parse(self, PROGRAM, &settings, argc, argv, err);
	int status = STATUS_USAGE;

	if (first == 0)
		status = STATUS_OK; /* --help */
	else if (first > 0 && !check_arguments(&settings, argv + first, err) &&
		 !ignore_load(&settings.ignore, err))
		status = run_alone(&settings, argv + first, err);
	ignore_free(&settings.ignore);
	scope_free(&settings.scope);
	wanted_free(&settings.wanted);
	return status;
}

const struct cli_command cmd_run = {
	.name = "run",
	.arguments = "[OPTION]... [--] COMMAND [ARG]...",
	.summary = "run a command and fail when it leaves IPC objects behind",
	.details =
		"Runs COMMAND in a sandbox of its own namespaces (IPC, mounts, "
		"processes), waits until all its processes have ended, and "
		"lists the objects that are left, with the process that made "
		"each. Nothing is traced: debuggers and sanitizers work "
		"inside. Input, output and terminal are the command's own, "
		"and signals sent to " PROGRAM " reach it.\n"
		"\n"
		"What COMMAND left is removed at the end: most goes with the "
		"sandbox, FIFOs and sockets are unlinked; see --keep.\n"
		"\n"
		"Exit status: that of COMMAND (128+N when signal N ended it) "
		"if nothing was left; 1 for a leak, see --error-exitcode; 2 "
		"for wrong usage; 5 see --strict; 70 internal error; 77 no "
		"sandbox, see --sandbox; 126 COMMAND cannot be executed, 127 "
		"it was not found.",
	.options = options,
	.option_count = ARRAY_LEN(options),
	.run = run,
};
