/* SPDX-License-Identifier: MIT */
/*
 * check_paths.c - live: FIFOs and sockets are found below the watched
 * directories, and what is not searched is told.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/diff.h"
#include "tests/support/live.h"

Suite *paths_suite(void);

enum {
	NODES = KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET),
	LONG_AGO = 1000,
};

static void
make_fifo(const char *path)
{
	ck_assert_msg(mkfifo(path, 0600) == 0, "%s: %s", path, strerror(errno));
}

static void
make_dir(const char *path)
{
	ck_assert_msg(mkdir(path, 0755) == 0, "%s: %s", path, strerror(errno));
}

static void
assert_fifo(const struct snapshot *snapshot, const char *path)
{
	ck_assert_msg(live_find_path(snapshot, KIND_FIFO, path) != NULL,
		      "%s is missing", path);
}

static void
assert_blind(const struct snapshot *snapshot, const char *path, const char *why)
{
	const struct blind_spot *spot = live_find_blind(snapshot, path);

	ck_assert_msg(spot != NULL, "%s is no blind spot", path);
	ck_assert_uint_eq(spot->kinds, NODES);
	ck_assert_msg(strstr(spot->why, why) != NULL, "%s", spot->why);
}

static struct snapshot *
look_below(const char *const *watch, size_t count)
{
	struct collect_settings settings = live_settings(NODES);

	settings.watch = watch;
	settings.watch_count = count;
	return live_look(&settings);
}

START_TEST(any_bytes_in_names)
{
	static const char *const names[] = {
		LIVE_DIR "/new\nline", LIVE_DIR "/\x01\x1b[31m",
		LIVE_DIR "/\xff\xfe",  LIVE_DIR "/ blank ",
		LIVE_DIR "/d\n\xc3/x", LIVE_DIR "/.hidden",
		LIVE_DIR "/...",       LIVE_DIR "/back\\040slash",
	};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/d\n\xc3");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		make_fifo(names[i]);
	snapshot = live_look_for(NODES);
	ck_assert_uint_eq(snapshot->objects.count, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_fifo(snapshot, names[i]);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}
END_TEST

/* The path may be longer than any system call takes. */
START_TEST(long_path)
{
	enum { LEVELS = 30, NAME_BYTES = 250 };
	struct collect_settings settings = live_settings(NODES);
	char name[NAME_BYTES + 1];
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	memset(name, 'n', NAME_BYTES);
	name[NAME_BYTES] = '\0';
	ck_assert_int_eq(chdir(LIVE_DIR), 0);
	for (int i = 0; i < LEVELS; i++) {
		make_dir(name);
		ck_assert_int_eq(chdir(name), 0);
	}
	make_fifo("fifo");
	settings.watch_depth = LEVELS;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	ck_assert_uint_eq(strlen(snapshot->objects.items[0].path),
			  strlen(LIVE_DIR) + LEVELS * (NAME_BYTES + 1) +
				  strlen("/fifo"));
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}
END_TEST

/* One blind spot for all that is deeper; it hides that and nothing else. */
static void
assert_depth(const struct snapshot *snapshot, int levels, const char *seen,
	     const char *hidden)
{
	struct object object = {.kind = KIND_FIFO};

	ck_assert_uint_eq(snapshot->blind_count, 1);
	ck_assert_str_eq(snapshot->blind[0].path, LIVE_DIR);
	ck_assert_int_eq(snapshot->blind[0].levels, levels);
	object.path = seen;
	ck_assert(snapshot_covers(snapshot, &object));
	object.path = hidden;
	ck_assert(!snapshot_covers(snapshot, &object));
}

START_TEST(depth)
{
	struct collect_settings settings = live_settings(NODES);
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/a");
	make_dir(LIVE_DIR "/a/b");
	make_dir(LIVE_DIR "/a/b/c");
	make_fifo(LIVE_DIR "/0");
	make_fifo(LIVE_DIR "/a/1");
	make_fifo(LIVE_DIR "/a/b/2");
	make_fifo(LIVE_DIR "/a/b/c/3");
	settings.watch_depth = 2;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->objects.count, 3);
	assert_fifo(snapshot, LIVE_DIR "/0");
	assert_fifo(snapshot, LIVE_DIR "/a/1");
	assert_fifo(snapshot, LIVE_DIR "/a/b/2");
	ck_assert_uint_eq(snapshot->blind_count, 1);
	assert_depth(snapshot, 2, LIVE_DIR "/a/b/2", LIVE_DIR "/a/b/c/3");
	snapshot_free(snapshot);

	settings.watch_depth = 0;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	assert_depth(snapshot, 0, LIVE_DIR "/0", LIVE_DIR "/a/1");
	snapshot_free(snapshot);
}
END_TEST

/* As many as there are is enough; one less, and nothing can be said. */
START_TEST(entries)
{
	static const char *const watch[] = {LIVE_DIR "/a", LIVE_DIR "/b"};
	struct collect_settings settings = live_settings(NODES);
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/a");
	make_fifo(LIVE_DIR "/a/1");
	make_dir(LIVE_DIR "/a/d");
	make_fifo(LIVE_DIR "/a/d/1");
	make_dir(LIVE_DIR "/b");
	make_fifo(LIVE_DIR "/b/1");
	settings.watch = watch;
	settings.watch_count = ARRAY_LEN(watch);
	settings.watch_entries = 4;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->objects.count, 3);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);

	settings.watch_entries = 3;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->blind_count, 1);
	assert_blind(snapshot, LIVE_DIR "/b", "gave up after 3");
	snapshot_free(snapshot);

	settings.watch_entries = 2;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->blind_count, 2);
	assert_blind(snapshot, LIVE_DIR "/a", "gave up after 2");
	assert_blind(snapshot, LIVE_DIR "/b", "gave up after 2");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(closed_directories)
{
	static const char *const watch[] = {LIVE_DIR, LIVE_DIR "/root"};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/closed");
	make_fifo(LIVE_DIR "/closed/fifo");
	ck_assert_int_eq(chmod(LIVE_DIR "/closed", 0), 0);
	/* Names may be read there, but nothing can be learnt of them. */
	make_dir(LIVE_DIR "/names");
	make_fifo(LIVE_DIR "/names/fifo");
	ck_assert_int_eq(chmod(LIVE_DIR "/names", 0444), 0);
	make_dir(LIVE_DIR "/root");
	ck_assert_int_eq(chmod(LIVE_DIR "/root", 0), 0);
	live_drop_rights();
	snapshot = look_below(watch, ARRAY_LEN(watch));
	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_uint_eq(snapshot->blind_count, 3);
	assert_blind(snapshot, LIVE_DIR "/closed", "Permission denied");
	assert_blind(snapshot, LIVE_DIR "/names/fifo", "Permission denied");
	assert_blind(snapshot, LIVE_DIR "/root", "Permission denied");
	snapshot_free(snapshot);
}
END_TEST

/* What a closed directory may hide is not added when it is seen later. */
START_TEST(hidden_before_is_unsure)
{
	struct snapshot *before;
	struct snapshot *after;
	struct diff diff;
	struct err err;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	live_drop_rights();
	make_dir(LIVE_DIR "/ours");
	make_fifo(LIVE_DIR "/ours/fifo");
	ck_assert_int_eq(chmod(LIVE_DIR "/ours", 0), 0);
	before = live_look_for(NODES);
	ck_assert_int_eq(chmod(LIVE_DIR "/ours", 0700), 0);
	make_fifo(LIVE_DIR "/new");
	after = live_look_for(NODES);
	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
	ck_assert_uint_eq(diff.counts[DIFF_UNSURE], 1);
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	diff_free(&diff);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

/*
 * A closed directory above a watched one (TMPDIR of libpam-tmpdir is
 * /tmp/user/1000, and /tmp/user may not be read) does not hide what is in it.
 */
START_TEST(watched_below_a_closed_directory)
{
	static const char *const watch[] = {LIVE_DIR, LIVE_DIR "/user/1000"};
	struct snapshot *before;
	struct snapshot *after;
	struct diff diff;
	struct err err;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/user");
	make_dir(LIVE_DIR "/user/1000");
	ck_assert_int_eq(chmod(LIVE_DIR "/user/1000", 0777), 0);
	ck_assert_int_eq(chmod(LIVE_DIR "/user", 0111), 0);
	live_drop_rights();
	before = look_below(watch, ARRAY_LEN(watch));
	assert_blind(before, LIVE_DIR "/user", "Permission denied");
	make_fifo(LIVE_DIR "/user/1000/fifo");
	after = look_below(watch, ARRAY_LEN(watch));
	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	ck_assert_uint_eq(diff.counts[DIFF_UNSURE], 0);
	diff_free(&diff);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

/* So many that they are told together, by the directory that holds them. */
START_TEST(many_closed_directories)
{
	enum { COUNT = 300 };
	char path[64];
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/many");
	make_dir(LIVE_DIR "/few");
	make_dir(LIVE_DIR "/few/closed");
	ck_assert_int_eq(chmod(LIVE_DIR "/few/closed", 0), 0);
	make_fifo(LIVE_DIR "/seen");
	for (int i = 0; i < COUNT; i++) {
		snprintf(path, sizeof(path), LIVE_DIR "/many/%d", i);
		make_dir(path);
		ck_assert_int_eq(chmod(path, 0), 0);
	}
	live_drop_rights();
	snapshot = live_look_for(NODES);
	ck_assert_uint_eq(snapshot->blind_count, 2);
	assert_blind(snapshot, LIVE_DIR "/many", "300 directories below");
	assert_blind(snapshot, LIVE_DIR "/few/closed", "Permission denied");
	ck_assert(snapshot_covers(snapshot, &snapshot->objects.items[0]));
	snapshot_free(snapshot);
}
END_TEST

START_TEST(overlapping_directories)
{
	static const char *const watch[] = {
		LIVE_DIR,
		LIVE_DIR "/a/b/c/d/e",
		LIVE_DIR "/a/../a/",
		LIVE_DIR "/link",
		"a",
		LIVE_DIR,
	};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(chdir(LIVE_DIR), 0);
	make_dir("a");
	make_dir("a/b");
	make_dir("a/b/c");
	make_dir("a/b/c/d");
	make_dir("a/b/c/d/e");
	make_dir("a/b/c/d/e/f");
	make_fifo("a/fifo");
	make_fifo("a/b/c/d/e/f/deep");
	ck_assert_int_eq(symlink(LIVE_DIR "/a", "link"), 0);
	snapshot = look_below(watch, ARRAY_LEN(watch));
	ck_assert_uint_eq(snapshot->objects.count, 2);
	assert_fifo(snapshot, LIVE_DIR "/a/fifo");
	assert_fifo(snapshot, LIVE_DIR "/a/b/c/d/e/f/deep");
	/* Too deep below one of them, but not below another. */
	ck_assert_uint_eq(snapshot->blind_count, 0);
	/* Each once, by whatever name it was given. */
	ck_assert_uint_eq(snapshot->watched_count, 3);
	for (size_t i = 0; i < snapshot->watched_count; i++)
		ck_assert(path_is_under(snapshot->watched[i], LIVE_DIR) &&
			  !strstr(snapshot->watched[i], "..") &&
			  !strstr(snapshot->watched[i], "link"));
	snapshot_free(snapshot);
}
END_TEST

/* Not followed, neither to directories nor to what is looked for. */
START_TEST(symbolic_links)
{
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir("/dev/shm/elsewhere");
	make_fifo("/dev/shm/elsewhere/fifo");
	ck_assert_int_eq(symlink("/dev/shm/elsewhere", LIVE_DIR "/dir"), 0);
	ck_assert_int_eq(symlink("/dev/shm/elsewhere/fifo", LIVE_DIR "/fifo"),
			 0);
	ck_assert_int_eq(symlink(".", LIVE_DIR "/loop"), 0);
	ck_assert_int_eq(symlink("nothing", LIVE_DIR "/dangling"), 0);
	snapshot = live_look_for(NODES);
	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}
END_TEST

/* Swap what two names mean, again and again, until killed. */
static void NORETURN
swap_names(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		renameat2(AT_FDCWD, LIVE_DIR "/dir", AT_FDCWD, LIVE_DIR "/link",
			  RENAME_EXCHANGE);
		renameat2(AT_FDCWD, LIVE_DIR "/fifo", AT_FDCWD,
			  LIVE_DIR "/file", RENAME_EXCHANGE);
	}
}

/*
 * Between the reading of a name and the look at it a directory may become a
 * link to where somebody wants us, and a FIFO an ordinary file.
 */
START_TEST(names_that_change_meanwhile)
{
	enum { LOOKS = 5000 };
	pid_t swapper;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir("/dev/shm/elsewhere");
	make_fifo("/dev/shm/elsewhere/secret");
	make_dir(LIVE_DIR "/dir");
	make_fifo(LIVE_DIR "/fifo");
	ck_assert_int_eq(symlink("/dev/shm/elsewhere", LIVE_DIR "/link"), 0);
	close(open(LIVE_DIR "/file", O_CREAT | O_CLOEXEC, 0600));
	swapper = fork();
	ck_assert_int_ge(swapper, 0);
	if (swapper == 0)
		swap_names();
	for (int i = 0; i < LOOKS; i++) {
		struct snapshot *snapshot = live_look_for(NODES);

		for (size_t j = 0; j < snapshot->objects.count; j++) {
			const struct object *seen = &snapshot->objects.items[j];

			ck_assert_int_eq(seen->kind, KIND_FIFO);
			ck_assert_ptr_null(strstr(seen->path, "secret"));
		}
		ck_assert_uint_eq(snapshot->blind_count, 0);
		snapshot_free(snapshot);
	}
	kill(swapper, SIGKILL);
	ck_assert_int_eq(waitpid(swapper, NULL, 0), swapper);
}
END_TEST

START_TEST(directory_that_comes_later)
{
	static const char *const watch[] = {LIVE_DIR "/later/"};
	struct snapshot *before;
	struct snapshot *after;
	struct diff diff;
	struct err err;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	before = look_below(watch, 1);
	ck_assert_uint_eq(before->blind_count, 0);
	make_dir(LIVE_DIR "/later");
	make_fifo(LIVE_DIR "/later/fifo");
	after = look_below(watch, 1);
	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	ck_assert_str_eq(before->watched[0], after->watched[0]);
	diff_free(&diff);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

/* In each the directory is LIVE_DIR/real/x/y, once it is made. */
static const char *const later[] = {
	LIVE_DIR "/link/x/y", LIVE_DIR "/real/./x//y/.",    "link/x/y/",
	"real/x/y",	      LIVE_DIR "/link/../link/x/y", "nothing/y",
	"absolute/y",
};

START_TEST(directories_that_come_later)
{
	struct snapshot *before;
	struct snapshot *after;
	struct diff diff;
	struct err err;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(chdir(LIVE_DIR), 0);
	make_dir("real");
	ck_assert_int_eq(symlink("real", "link"), 0);
	ck_assert_int_eq(symlink("link/x", "nothing"), 0);
	ck_assert_int_eq(symlink(LIVE_DIR "/link/x", "absolute"), 0);
	before = look_below(&later[_i], 1);
	ck_assert_uint_eq(before->blind_count, 0);
	ck_assert_uint_eq(before->watched_count, 1);
	ck_assert_str_eq(before->watched[0], LIVE_DIR "/real/x/y");
	make_dir("real/x");
	make_dir("real/x/y");
	make_fifo("real/x/y/fifo");
	after = look_below(&later[_i], 1);
	ck_assert_str_eq(after->watched[0], LIVE_DIR "/real/x/y");
	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	diff_free(&diff);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

/* Nothing is watched then, and that is told. */
START_TEST(where_it_will_be_is_not_known)
{
	static const struct {
		const char *watch;
		const char *why;
	} rows[] = {
		{LIVE_DIR "/nope/../x", "leads"},
		{"dangling/../x", "leads"},
		{LIVE_DIR "/nope/a/..", "leads"},
		{LIVE_DIR "/loop/x", "Too many levels of symbolic links"},
		{"", "No such file"},
	};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(chdir(LIVE_DIR), 0);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_int_eq(symlink("none", "dangling"), 0);
	make_fifo("fifo");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const watch[] = {rows[i].watch, LIVE_DIR};

		snapshot = look_below(watch, ARRAY_LEN(watch));
		ck_assert_uint_eq(snapshot->watched_count, 1);
		ck_assert_uint_eq(snapshot->blind_count, 1);
		assert_blind(snapshot, rows[i].watch, rows[i].why);
		assert_fifo(snapshot, LIVE_DIR "/fifo");
		ck_assert(
			snapshot_covers(snapshot, &snapshot->objects.items[0]));
		snapshot_free(snapshot);
	}
}
END_TEST

START_TEST(no_directory)
{
	static const char *const watch[] = {LIVE_DIR "/fifo"};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_fifo(LIVE_DIR "/fifo");
	snapshot = look_below(watch, 1);
	assert_blind(snapshot, LIVE_DIR "/fifo", "Not a directory");
	snapshot_free(snapshot);
	/* None at all is no error, and covers nothing. */
	snapshot = look_below(NULL, 0);
	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_uint_eq(snapshot->watched_count, 0);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}
END_TEST

/* As who made a sandbox: /proc is another pid namespace's. */
static void
enter_with_init(const char *test, struct sandbox_init *init, bool *entered)
{
	struct err err;

	*entered = live_enter(test, SANDBOX_PROCESSES);
	if (*entered)
		ck_assert_msg(sandbox_init_start(init, &err) == 0, "%s",
			      err.text);
}

static void
make_mounts(void)
{
	make_dir(LIVE_DIR "/tmpfs");
	ck_assert_int_eq(
		mount("none", LIVE_DIR "/tmpfs", "tmpfs", 0, "mode=755"), 0);
	make_fifo(LIVE_DIR "/tmpfs/fifo");
	make_dir(LIVE_DIR "/tmpfs/a b\n\\");
	ck_assert_int_eq(mount("none", LIVE_DIR "/tmpfs/a b\n\\", "tmpfs", 0,
			       "mode=755"),
			 0);
	make_fifo(LIVE_DIR "/tmpfs/a b\n\\/fifo");
	make_dir(LIVE_DIR "/proc");
	ck_assert_int_eq(
		mount("/proc", LIVE_DIR "/proc", NULL, MS_BIND | MS_REC, NULL),
		0);
	/* Sorts before the directory that it shows. */
	make_dir(LIVE_DIR "/zz");
	make_fifo(LIVE_DIR "/zz/fifo");
	make_dir(LIVE_DIR "/bind");
	ck_assert_int_eq(
		mount(LIVE_DIR "/zz", LIVE_DIR "/bind", NULL, MS_BIND, NULL),
		0);
}

static void
assert_mounts(void)
{
	struct snapshot *snapshot = live_look_for(NODES);

	ck_assert_uint_eq(snapshot->objects.count, 3);
	assert_fifo(snapshot, LIVE_DIR "/tmpfs/fifo");
	assert_fifo(snapshot, LIVE_DIR "/tmpfs/a b\n\\/fifo");
	assert_fifo(snapshot, LIVE_DIR "/zz/fifo");
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}

/* The same directory by two mounts: always the same one of the two. */
START_TEST(two_mounts_of_one_directory)
{
	static const char *const mounted[] = {LIVE_DIR "/a", LIVE_DIR "/b"};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir("/dev/shm/elsewhere");
	make_fifo("/dev/shm/elsewhere/fifo");
	for (int i = 0; i < 2; i++) {
		make_dir(mounted[i ^ _i]);
		ck_assert_int_eq(mount("/dev/shm/elsewhere", mounted[i ^ _i],
				       NULL, MS_BIND, NULL),
				 0);
	}
	snapshot = live_look_for(NODES);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	assert_fifo(snapshot, LIVE_DIR "/a/fifo");
	snapshot_free(snapshot);
}
END_TEST

/* LIVE_DIR/above/in, LIVE_DIR/b: one directory. */
static const struct {
	const char *watch[2];
	size_t count;
} names[] = {
	{{LIVE_DIR "/above/in", LIVE_DIR "/b"}, 2},
	{{LIVE_DIR "/b", LIVE_DIR "/above/in"}, 2},
	{{LIVE_DIR "/above", LIVE_DIR "/b"}, 2},
	{{LIVE_DIR "/b", LIVE_DIR "/above"}, 2},
	{{LIVE_DIR "/above"}, 1},
	{{LIVE_DIR "/above/in"}, 1},
	{{LIVE_DIR "/b"}, 1},
};

/* What was not watched may be new; nothing else is. */
static void
compare_names(const struct snapshot *before, const struct snapshot *after,
	      bool same)
{
	CLEANUP(diff_free) struct diff diff = {0};
	struct err err;

	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 0);
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 0);
	if (same)
		ck_assert_uint_eq(diff.count, 0);
}

START_TEST(names_of_one_watched_directory)
{
	struct snapshot *seen[ARRAY_LEN(names)];

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/above");
	make_dir(LIVE_DIR "/above/in");
	make_fifo(LIVE_DIR "/above/in/fifo");
	make_dir(LIVE_DIR "/b");
	ck_assert_int_eq(
		mount(LIVE_DIR "/above/in", LIVE_DIR "/b", NULL, MS_BIND, NULL),
		0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		seen[i] = look_below(names[i].watch, names[i].count);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		for (size_t j = 0; j < ARRAY_LEN(names); j++)
			compare_names(seen[i], seen[j],
				      i / 2 == j / 2 && i < 4 && j < 4);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		snapshot_free(seen[i]);
}
END_TEST

/* As a kernel before 5.6 is, and some filters of containers. */
static void
refuse_openat2(int error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	ck_assert_ptr_nonnull(filter);
	ck_assert_int_eq(seccomp_rule_add(filter,
					  SCMP_ACT_ERRNO((uint32_t)error),
					  SCMP_SYS(openat2), 0),
			 0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
}

START_TEST(mounts)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_mounts();
	assert_mounts();
	refuse_openat2(_i ? EPERM : ENOSYS);
	assert_mounts();
}
END_TEST

START_TEST(mounts_where_proc_is_anothers)
{
	struct sandbox_init init = SANDBOX_INIT_NONE;
	bool entered;

	enter_with_init(__func__, &init, &entered);
	if (!entered)
		return;
	ck_assert_int_ne(access("/proc/self", F_OK), 0);
	make_mounts();
	assert_mounts();
	sandbox_init_stop(&init);
}
END_TEST

START_TEST(bound_behind_a_mount)
{
	static const char *const watch[] = {LIVE_DIR "/a", LIVE_DIR "/longer"};
	struct collect_settings settings = live_settings(NODES);
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/a");
	make_dir(LIVE_DIR "/longer");
	make_dir(LIVE_DIR "/a/mount");
	ck_assert_int_eq(mount("none", LIVE_DIR "/a/mount", "tmpfs", 0, NULL),
			 0);
	make_fifo(LIVE_DIR "/a/mount/1");
	make_fifo(LIVE_DIR "/a/mount/2");
	settings.watch = watch;
	settings.watch_count = ARRAY_LEN(watch);
	settings.watch_entries = 2;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->blind_count, 1);
	assert_blind(snapshot, LIVE_DIR "/a", "gave up after 2");
	snapshot_free(snapshot);
}
END_TEST

/* No program has FIFOs there, whoever wants it watched. */
START_TEST(kernels_own)
{
	static const char *const watch[] = {"/proc", "/sys"};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	snapshot = look_below(watch, ARRAY_LEN(watch));
	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}
END_TEST

START_TEST(mounts_without_proc)
{
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/tmpfs");
	ck_assert_int_eq(mount("none", LIVE_DIR "/tmpfs", "tmpfs", 0, NULL), 0);
	make_fifo(LIVE_DIR "/fifo");
	ck_assert_int_eq(mount("none", "/proc", "tmpfs", 0, NULL), 0);
	snapshot = live_look_for(NODES);
	assert_fifo(snapshot, LIVE_DIR "/fifo");
	ck_assert_uint_eq(snapshot->blind_count, 1);
	assert_blind(snapshot, LIVE_DIR "/tmpfs", "unknown type");
	snapshot_free(snapshot);
}
END_TEST

/* A file system whose server never answers: who touches it hangs. */
START_TEST(dead_file_server)
{
	char options[96];
	struct snapshot *snapshot;
	int fd;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		live_skip(__func__, "/dev/fuse cannot be opened");
		return;
	}
	make_dir(LIVE_DIR "/dead");
	make_fifo(LIVE_DIR "/fifo");
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=%u,group_id=%u", fd, geteuid(),
		 getegid());
	ck_assert_int_eq(mount("none", LIVE_DIR "/dead", "fuse",
			       MS_NODEV | MS_NOSUID, options),
			 0);
	for (int i = 0; i < 2; i++) {
		snapshot = live_look_for(NODES);
		assert_fifo(snapshot, LIVE_DIR "/fifo");
		ck_assert_uint_eq(snapshot->blind_count, 1);
		assert_blind(snapshot, LIVE_DIR "/dead", "type fuse");
		snapshot_free(snapshot);
		if (i == 0)
			refuse_openat2(ENOSYS);
	}
}
END_TEST

START_TEST(looking_is_no_use)
{
	const struct timespec old[] = {{.tv_sec = LONG_AGO},
				       {.tv_sec = LONG_AGO}};
	struct stat status;
	char event[sizeof(struct inotify_event) + 256];
	int notify;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dir(LIVE_DIR "/a");
	make_fifo(LIVE_DIR "/a/fifo");
	ck_assert_int_eq(utimensat(AT_FDCWD, LIVE_DIR "/a", old, 0), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, LIVE_DIR, old, 0), 0);
	notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	ck_assert_int_ge(
		inotify_add_watch(notify, LIVE_DIR "/a/fifo", IN_ALL_EVENTS),
		0);
	snapshot_free(live_look_for(NODES));
	ck_assert_int_eq(stat(LIVE_DIR "/a", &status), 0);
	ck_assert_int_eq(status.st_atime, LONG_AGO);
	ck_assert_int_eq(stat(LIVE_DIR, &status), 0);
	ck_assert_int_eq(status.st_atime, LONG_AGO);
	ck_assert_int_eq(read(notify, event, sizeof(event)), -1);
	ck_assert_int_eq(errno, EAGAIN);
}
END_TEST

START_TEST(defaults)
{
	struct collect_settings settings;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	setenv("TMPDIR", LIVE_DIR, 1);
	setenv("XDG_RUNTIME_DIR", "/dev/shm/../shm/", 1);
	settings = collect_defaults();
	ck_assert_uint_eq(settings.kinds, KIND_ALL);
	ck_assert_str_eq(settings.shm_dir, "/dev/shm");
	/* /dev/shm is there once, by its usual name. */
	ck_assert_str_eq(settings.watch[settings.watch_count - 1], LIVE_DIR);
	ck_assert_str_eq(settings.watch[settings.watch_count - 2], "/dev/shm");
	for (size_t i = 0; i < settings.watch_count; i++)
		ck_assert_str_ne(settings.watch[i], "/var/run");
	/* It would be another place after the next chdir(2). */
	ck_assert_int_eq(chdir(LIVE_DIR), 0);
	make_dir("relative");
	setenv("TMPDIR", "relative", 1);
	setenv("XDG_RUNTIME_DIR", "/dev/shm/none", 1);
	ck_assert_uint_eq(collect_defaults().watch_count,
			  settings.watch_count - 1);
}
END_TEST

Suite *
paths_suite(void)
{
	Suite *suite = suite_create("paths");
	TCase *found = tcase_create("found");
	TCase *blind = tcase_create("blind");
	TCase *across = tcase_create("mounts");

	tcase_add_test(found, any_bytes_in_names);
	tcase_add_test(found, long_path);
	tcase_add_test(found, overlapping_directories);
	tcase_add_test(found, symbolic_links);
	tcase_add_test(found, names_that_change_meanwhile);
	tcase_add_test(found, directory_that_comes_later);
	tcase_add_loop_test(found, directories_that_come_later, 0,
			    ARRAY_LEN(later));
	tcase_add_test(found, where_it_will_be_is_not_known);
	tcase_add_test(found, looking_is_no_use);
	tcase_add_test(found, defaults);
	suite_add_tcase(suite, found);
	tcase_add_test(blind, depth);
	tcase_add_test(blind, entries);
	tcase_add_test(blind, closed_directories);
	tcase_add_test(blind, hidden_before_is_unsure);
	tcase_add_test(blind, watched_below_a_closed_directory);
	tcase_add_test(blind, many_closed_directories);
	tcase_add_test(blind, no_directory);
	suite_add_tcase(suite, blind);
	tcase_add_loop_test(across, mounts, 0, 2);
	tcase_add_loop_test(across, two_mounts_of_one_directory, 0, 2);
	tcase_add_test(across, names_of_one_watched_directory);
	tcase_add_test(across, bound_behind_a_mount);
	tcase_add_test(across, kernels_own);
	tcase_add_test(across, mounts_where_proc_is_anothers);
	tcase_add_test(across, mounts_without_proc);
	tcase_add_test(across, dead_file_server);
	suite_add_tcase(suite, across);
	return suite;
}
