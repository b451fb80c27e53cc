/* SPDX-License-Identifier: MIT */
/*
 * resume.c - fuzz: `ipcrash run --resume` on the log of a campaign that was
 * killed. What it had written whole stays as it was, what was cut off goes, and
 * what comes of it is a log.
 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "harness/chronicle.h"
#include "harness/tally.h"
#include "tests/fuzz/fuzz.h"

static char folder[PATH_MAX];
static const char *const names[] = {LOG_NAME, LOG_NAME ".old"};

static void
clean_up(void)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CLEANUP_FREE char *path = mem_printf("%s/%s", folder, names[i]);

		unlink(path);
	}
}

static void
leave(void)
{
	clean_up();
	rmdir(folder);
}

/* In TMPDIR, for who fails does not leave it. */
static void
enter(void)
{
	const char *where = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/fuzz-resume-XXXXXX",
		 where ? where : "/tmp");
	if (!mkdtemp(folder) || atexit(leave))
		abort();
}

static void
write_file(const void *data, size_t size)
{
	CLEANUP_FREE char *path = mem_printf("%s/%s", folder, LOG_NAME);
	FILE *out = fopen(path, "we");

	if (!out || fwrite(data, 1, size, out) != size || fclose(out))
		abort();
}

static void
read_file(const char *name, struct buf *into)
{
	CLEANUP_FREE char *path = mem_printf("%s/%s", folder, name);

	fd_read_file(-1, path, into);
}

/* What asks for the same runs as the log: so that it is not refused. */
static struct campaign_settings
settings_like(const struct log *then, struct arena *arena)
{
	static const char *const server[] = {"./server", NULL};
	struct campaign_settings settings =
		chronicle_settings(&then->campaign, arena);

	if (!settings.argv[0])
		settings.argv = (char *const *)server;
	settings.folder = folder;
	settings.resume = true;
	return settings;
}

/* A log without a directory is of this one. */
static void
hide_directory(struct buf *text)
{
	static const char member[] = "\"cwd\"";
	char *found = text->data;

	while (found &&
	       (found = memmem(found,
			       text->length - (size_t)(found - text->data),
			       member, strlen(member))))
		found[1] = 'C';
}

static int
resume(const struct campaign_settings *settings, bool sandboxed,
       struct tally *finished)
{
	struct campaign campaign = {.sandboxed = sandboxed};
	struct chronicle chronicle;
	struct err err = {0};
	int failed = chronicle_open(&chronicle, &campaign, settings, finished,
				    &err) ||
		     chronicle_close(&chronicle, &campaign, &err);

	chronicle_free(&chronicle);
	if (failed)
		MUST(fuzz_is_explained(&err));
	return failed;
}

static void
check_resumed(const struct log *then, const struct buf *before)
{
	CLEANUP_LOG struct log log = {0};
	CLEANUP_BUF struct buf after = {0};
	struct err err = {0};
	size_t kept = then->trial_count ? (size_t)then->whole_bytes : 0;

	read_file(LOG_NAME, &after);
	MUST(log_read_file(&log, folder, &err) == 0);
	MUST(log.has_summary && log.torn_bytes == 0);
	MUST(log.trial_count == then->trial_count);
	MUST(after.length >= kept &&
	     memcmp(buf_text(&after), buf_text(before), kept) == 0);
}

/* Each but the broken ones, which are made again. */
static void
check_finished(const struct log *then, const struct tally *finished)
{
	for (size_t i = 0; i < then->trial_count; i++) {
		const struct trial *trial = &then->trials[i];
		uint64_t key = chronicle_key(trial->id, trial->repetition);

		MUST(tally_get(finished, key) ==
		     (trial->verdict != VERDICT_BROKEN));
	}
}

static void
check_refused(const struct buf *before)
{
	CLEANUP_BUF struct buf after = {0};

	read_file(LOG_NAME, &after);
	MUST(fuzz_is_same(before, &after));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct campaign_settings settings;
	struct arena arena = {0};
	CLEANUP_LOG struct log then = {0};
	CLEANUP_BUF struct buf before = {0};
	struct tally finished = {0};
	struct err err = {0};
	FILE *in;
	bool readable;

	if (!folder[0])
		enter();
	buf_add(&before, data, size);
	hide_directory(&before);
	in = fuzz_stream(before.data, before.length);
	readable = log_read(&then, in, "x", &err) == 0;
	fclose(in);
	settings = settings_like(&then, &arena);
	clean_up();
	write_file(before.data, before.length);
	if (resume(&settings, then.campaign.sandboxed, &finished))
		check_refused(&before);
	else if (readable) {
		check_resumed(&then, &before);
		check_finished(&then, &finished);
	}
	tally_free(&finished);
	arena_free(&arena);
	return 0;
}
