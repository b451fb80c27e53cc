/* SPDX-License-Identifier: MIT */
/* made_log.c - logs of campaigns that never were. */
#include "tests/support/made_log.h"

#include <check.h>
#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "model/trial.h"

void
made_log_add(struct buf *text, json_t *record)
{
	CLEANUP_FREE char *line = json_dumps(record, JSON_COMPACT);

	ck_assert_ptr_nonnull(line);
	buf_printf(text, "%s\n", line);
	json_decref(record);
}

/* NULL for NULL: json_pack() leaves out what is behind "s*". */
static char *
id_of(const char *what)
{
	const char *operation = what ? strchr(what, ':') + 1 : NULL;

	if (!what)
		return NULL;
	return mem_printf("src/pool.c:%s%s", what,
			  strchr(operation, ':') ? "" : ":1");
}

void
made_log_start(struct buf *text, size_t trials)
{
	made_log_add(text,
		     json_pack("{s:s,s:i,s:s,s:[s,s,s],s:s,s:s,s:{s:I,s:I}}",
			       "type", "campaign", "version", 1, "tool",
			       "ipcrash 0.1.0", "target", "./server", "-p", "0",
			       "cwd", "/nonexistent", "sandbox", "namespaces",
			       "plan", "trials", (json_int_t)trials, "points",
			       (json_int_t)0));
}

void
made_log_site(struct buf *text, const char *what, const char *kind,
	      const char *action, int line)
{
	CLEANUP_FREE char *id = id_of(what);
	const char *call = strchr(what, ':') + 1;
	CLEANUP_FREE char *operation =
		mem_printf("%.*s", (int)strcspn(call, ":"), call);
	CLEANUP_FREE char *function =
		mem_printf("%.*s", (int)(call - what) - 1, what);

	made_log_add(text,
		     json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s}",
			       "type", "site", "site", id, "role", "0",
			       "operation", operation, "syscall", operation,
			       "kind", kind, "action", action, "file",
			       "src/pool.c", "line", line, "function",
			       function));
}

void
made_log_object(struct buf *text, const char *kind, const char *created,
		const char *released)
{
	CLEANUP_FREE char *from = id_of(created);
	CLEANUP_FREE char *to = id_of(released);

	made_log_add(text,
		     json_pack("{s:s,s:s,s:s,s:s*}", "type", "lifetime", "kind",
			       kind, "created_at", from, "released_at", to));
}

static json_t *
left_by(const struct made_trial *trial)
{
	CLEANUP_FREE char *created = id_of(trial->created);

	if (!trial->kind)
		return json_array();
	return json_pack("[{s:s,s:i,s:s,s:i,s:s*}]", "kind", trial->kind, "id",
			 7, "key", "0x00000000", "nattch", 0, "created_at",
			 created);
}

void
made_log_pool(struct buf *text)
{
	made_log_start(text, 0);
	made_log_site(text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	made_log_site(text, "pool_open:shmat", "sysv-shm", "use", 50);
	made_log_site(text, "pool_close:shmctl", "sysv-shm", "release", 88);
	made_log_object(text, "sysv-shm", "pool_open:shmget",
			"pool_close:shmctl");
}

void
made_log_trial(struct buf *text, const struct made_trial *trial)
{
	const char *phase = trial->phase ? trial->phase : "before";
	CLEANUP_FREE char *site = id_of(trial->site);
	CLEANUP_FREE char *id =
		mem_printf("%s:%s:%s", site, phase, trial->fault);
	CLEANUP_FREE char *more =
		mem_printf("{%s}", trial->more ? trial->more : "");
	char short_id[TRIAL_SHORT_ID + 1];
	json_t *members = json_loads(more, 0, NULL);
	json_t *json;

	ck_assert_ptr_nonnull(members);
	trial_short_id(id, short_id);
	json = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:f,s:o}",
			 "type", "trial", "id", id, "short", short_id, "site",
			 site, "phase", phase, "fault", trial->fault, "policy",
			 trial->allowed ? "may-leak" : "must-clean", "verdict",
			 trial->verdict ? trial->verdict : "clean", "end",
			 trial->end ? trial->end : "exit:0", "ms", 1.5, "left",
			 left_by(trial));
	json_object_update(json, members);
	json_decref(members);
	made_log_add(text, json);
}

struct made_trial
made_trial_of(const char *site, const char *phase, const char *fault,
	      const char *verdict)
{
	const bool left = strcmp(verdict, "leaked") == 0 ||
			  strcmp(verdict, "window") == 0;

	return (struct made_trial) {
		.site = site,
		.phase = phase,
		.fault = fault,
		.verdict = verdict,
		.allowed = strcmp(fault, "SIGKILL") == 0,
		.kind = left ? "sysv-shm" : NULL,
		.created = left ? "pool_open:shmget" : NULL,
	};
}

void
made_log_leak(struct buf *text, const char *site, const char *phase,
	      const char *fault, const char *more)
{
	struct made_trial trial = made_trial_of(site, phase, fault, "leaked");

	trial.end = "exit:143";
	trial.more = more;
	made_log_trial(text, &trial);
}

void
made_log_second(struct buf *text, const char *fault, const char *verdict)
{
	static const char site[] = "pool_open:shmget:2";
	struct made_trial trial = made_trial_of(site, "return", fault, verdict);

	if (trial.created)
		trial.created = site;
	made_log_site(text, site, "sysv-shm", "acquire", 47);
	made_log_trial(text, &trial);
}

int
made_log_try(struct log *log, const char *text, size_t length, struct err *err)
{
	FILE *in = fmemopen((void *)text, length ? length : 1, "r");
	int failed;

	ck_assert_ptr_nonnull(in);
	if (length == 0)
		fgetc(in);
	failed = log_read(log, in, "run.jsonl", err);
	fclose(in);
	return failed;
}

void
made_log_read(struct log *log, struct buf *text)
{
	struct err err = {0};

	if (made_log_try(log, buf_text(text), text->length, &err))
		ck_abort_msg("%s", err.text);
	buf_free(text);
}
