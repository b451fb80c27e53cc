/* SPDX-License-Identifier: MIT */
/*
 * check_snapshot_file.c - unit: snapshots to files and back; files that are
 * cut off, foreign, damaged; writing that fails half-way.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "leakcheck/snapshot_file.h"

Suite *snapshot_file_suite(void);

#define HEADER                                                           \
	"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[\"sysv-shm\"]," \
	"\"watched\":[],\"not_looked_at\":[]}\n"
#define SHM(id) "{\"type\":\"object\",\"kind\":\"sysv-shm\",\"id\":" #id "}\n"
#define END(n)	"{\"type\":\"end\",\"objects\":" #n "}\n"

#define LEVELS(n)                                                    \
	"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[\"fifo\"]," \
	"\"watched\":[],\"not_looked_at\":[{\"kinds\":[\"fifo\"],"   \
	"\"path\":\"/a\",\"levels\":" n ",\"why\":\"x\"}]}\n" END(0)

static char directory[40];
static struct snapshot *snapshot;
static struct snapshot *again;
static struct err err;

static void
setup(void)
{
	strcpy(directory, "/tmp/check_snapshot_file.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
	snapshot = snapshot_new();
	again = NULL;
	err = (struct err) {0};
}

/* Nothing but the files that the test named may be there. */
static void
teardown(void)
{
	snapshot_free(snapshot);
	snapshot_free(again);
	unlink("file");
	unlink("link");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_msg(rmdir(directory) == 0, "%s is not empty", directory);
}

static void
put_file(const char *bytes, size_t length)
{
	CLEANUP_FD int fd =
		open("file", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, bytes, length), 0);
}

static void
get_file(struct buf *text)
{
	buf_clear(text);
	ck_assert_int_eq(fd_read_file(AT_FDCWD, "file", text), 0);
}

static void
fill(void)
{
	struct snapshot_origin *origin = &snapshot->origin;
	struct object *object;

	strcpy(origin->boot_id, "01234567-89ab-cdef-0123-456789abcdef");
	origin->ipc_ns = 4026531839;
	origin->mnt_ns = 4026531841;
	origin->taken_at_ns = 1795428645000000001;
	snapshot->kinds = KIND_BIT(KIND_SYSV_SHM) | KIND_BIT(KIND_FIFO);
	snapshot_add_watched(snapshot, "/tmp");
	snapshot_add_watched(snapshot, "/tmp/\xff");
	snapshot_add_blind(snapshot, KIND_BIT(KIND_FIFO), "/tmp/\xfe", "no \n");
	snapshot_add_blind(snapshot, KIND_ALL, NULL, "refused");
	object = object_list_add(&snapshot->objects, KIND_SYSV_SHM);
	object->id = 7;
	object->known = FIELD_BIT(FIELD_ID);
	object = object_list_add(&snapshot->objects, KIND_FIFO);
	object_list_set_path(&snapshot->objects, object, "/tmp/a\n\xff");
}

START_TEST(what_is_saved_is_read)
{
	fill();
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	ck_assert_mem_eq(&again->origin, &snapshot->origin,
			 sizeof(again->origin));
	ck_assert_uint_eq(again->kinds, snapshot->kinds);
	ck_assert_uint_eq(again->watched_count, 2);
	ck_assert_str_eq(again->watched[0], "/tmp");
	ck_assert_str_eq(again->watched[1], "/tmp/\xff");
	ck_assert_uint_eq(again->blind_count, 2);
	ck_assert_uint_eq(again->blind[0].kinds, KIND_BIT(KIND_FIFO));
	ck_assert_str_eq(again->blind[0].path, "/tmp/\xfe");
	ck_assert_str_eq(again->blind[0].why, "no \n");
	ck_assert_uint_eq(again->blind[1].kinds, KIND_ALL);
	ck_assert_ptr_null(again->blind[1].path);
	ck_assert_uint_eq(again->objects.count, 2);
	ck_assert_int_eq(again->objects.items[0].id, 7);
	ck_assert_str_eq(again->objects.items[1].path, "/tmp/a\n\xff");
}
END_TEST

START_TEST(what_is_not_known_is_absent)
{
	struct buf text = {0};

	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	get_file(&text);
	ck_assert_str_eq(buf_text(&text),
			 "{\"type\":\"snapshot\",\"version\":1,\"tool\":"
			 "\"leakcheck " VERSION "\",\"kinds\":[],\"watched\":"
			 "[],\"not_looked_at\":[]}\n" END(0));
	buf_free(&text);
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	ck_assert_str_eq(again->origin.boot_id, "");
	ck_assert_uint_eq(again->origin.ipc_ns, 0);
}
END_TEST

static const char *const good[] = {
	HEADER END(0),
	HEADER SHM(1) END(1),
	HEADER SHM(3) SHM(1) SHM(2) END(3),
	LEVELS("0"),
	LEVELS("2147483647"),
	"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[],\"watched\":[],"
	"\"not_looked_at\":[],\"new\":{\"a\":[]}}\r\n" SHM(
		1) "{\"type\":\"end\",\"objects\":1,\"more\":true}",
};

START_TEST(good_files)
{
	put_file(good[_i], strlen(good[_i]));
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	for (size_t i = 0; i < again->objects.count; i++)
		ck_assert_int_eq(again->objects.items[i].id, (int)i + 1);
}
END_TEST

/* What is wrong must be named: the part of the error that must be there. */
static const struct {
	const char *bytes;
	const char *text;
} bad[] = {
	{"", "file:1: the file is empty"},
	{"\n", "file:1: this is not JSON"},
	{"hello\n", "file:1: this is not JSON"},
	{"\xff\xfe\x01", "file:1: this is not JSON"},
	{"7\n", "file:1: this is not JSON"}, /* neither object nor list */
	{"[]\n", "file:1: this is JSON, but not the start of a snapshot"},
	{"{}\n", "file:1: this is JSON, but not the start of a snapshot"},
	{"{\"type\":\"campaign\",\"version\":1}\n",
	 "file:1: this is JSON, but not the start of a snapshot"},
	{SHM(1), "file:1: this is JSON, but not the start of a snapshot"},
	{"{\"type\":\"snapshot\",\"version\":2,\"kinds\":7}\n",
	 "file:1: this is version 2 of the format"},
	{"{\"type\":\"snapshot\",\"version\":\"1\"}\n", "file:1: \"version\""},
	{"{\"type\":\"snapshot\"}\n", "file:1: \"version\""},
	{"{\"type\":\"snapshot\",\"version\":1}\n", "file:1: \"kinds\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[\"pipe\"]}\n",
	 "file:1: \"kinds\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[7]}\n",
	 "file:1: \"kinds\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[]}\n",
	 "file:1: \"watched\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[],\"watched\":[7]}\n",
	 "file:1: \"watched\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[],\"watched\":[]}\n",
	 "file:1: \"not_looked_at\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[],\"watched\":[],"
	 "\"not_looked_at\":[{\"kinds\":[]}]}\n",
	 "file:1: \"not_looked_at\": \"why\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"kinds\":[],\"watched\":[],"
	 "\"not_looked_at\":[{\"kinds\":[],\"why\":\"x\",\"path\":1}]}\n",
	 "file:1: \"not_looked_at\": \"path\""},
	{LEVELS("-1"), "file:1: \"not_looked_at\": \"levels\" must be"},
	{LEVELS("2147483648"), "file:1: \"not_looked_at\": \"levels\""},
	{LEVELS("4294967299"), "file:1: \"not_looked_at\": \"levels\""},
	{LEVELS("1.0"), "file:1: \"not_looked_at\": \"levels\""},
	{LEVELS("\"3\""), "file:1: \"not_looked_at\": \"levels\""},
	{LEVELS("null"), "file:1: \"not_looked_at\": \"levels\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"boot_id\":7}\n",
	 "file:1: \"boot_id\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"boot_id\":"
	 "\"0123456789012345678901234567890123456789\"}\n",
	 "file:1: \"boot_id\""},
	{"{\"type\":\"snapshot\",\"version\":1,\"ipc_namespace\":-1}\n",
	 "file:1: \"ipc_namespace\""},
	{"{\"type\":\"snapshot\",\"type\":\"snapshot\",\"version\":1}\n",
	 "file:1: this is not JSON (duplicate object key"},
	{HEADER, "file:2: the file breaks off"},
	{HEADER SHM(1), "file:3: the file breaks off"},
	{HEADER SHM(1) "{\"type\":\"obj",
	 "file:3: the file breaks off within a line"},
	{HEADER SHM(1) "{\"type\":\"object\",\"kind\":",
	 "file:3: the file breaks off within a line"},
	{HEADER SHM(1) "{\"type\":\n", "file:3: this is not JSON"},
	{HEADER SHM(1) "hello", "file:3: this is not JSON"},
	{HEADER SHM(1) "\n" END(1), "file:3: this is not JSON"},
	{HEADER END(1), "file:2: there should be 1 objects, but there are 0"},
	{HEADER SHM(1) END(0), "file:3: there should be 0 objects"},
	{HEADER SHM(1) END(-1), "file:3: there should be -1 objects"},
	{HEADER "{\"type\":\"end\"}\n", "file:2: \"objects\""},
	{HEADER END(0) "\n", "file:3: there is more after the end"},
	{HEADER END(0) HEADER END(0), "file:3: there is more after the end"},
	{HEADER HEADER END(0), "file:2: neither an object nor the end"},
	{HEADER "{}\n", "file:2: neither an object nor the end"},
	{HEADER "[]\n", "file:2: neither an object nor the end"},
	{HEADER "{\"type\":\"object\",\"kind\":\"pipe\"}\n",
	 "file:2: \"pipe\" is no kind"},
	{HEADER SHM(1) SHM(-2), "file:3: \"id\""},
	{HEADER SHM(1) SHM(1) END(2), "file: sysv-shm 1 is there twice"},
	{HEADER SHM(1) SHM(2) SHM(1) END(3), "file: sysv-shm 1 is there twice"},
};

START_TEST(bad_files_are_refused_by_line)
{
	put_file(bad[_i].bytes, strlen(bad[_i].bytes));
	again = snapshot_file_read("file", &err);
	ck_assert_ptr_null(again);
	ck_assert_msg(strncmp(err.text, bad[_i].text, strlen(bad[_i].text)) ==
			      0,
		      "%s, but wanted %s", err.text, bad[_i].text);
	ck_assert_ptr_nonnull(strstr(err.text, "leakcheck snapshot -o FILE"));
}
END_TEST

/* Cut a snapshot off behind any of its bytes: only the last newline is vain. */
START_TEST(no_prefix_is_a_snapshot)
{
	struct buf text = {0};

	fill();
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	get_file(&text);
	for (size_t length = 0; length + 1 < text.length; length++) {
		put_file(text.data, length);
		ck_assert_msg(!snapshot_file_read("file", &err),
			      "%zu of %zu bytes", length, text.length);
	}
	put_file(text.data, text.length - 1);
	again = snapshot_file_read("file", &err);
	ck_assert_ptr_nonnull(again);
	buf_free(&text);
}
END_TEST

/* Any byte may be damaged; what is read then must still be sound. */
START_TEST(damage_never_crashes)
{
	struct buf text = {0};
	size_t refused = 0;

	fill();
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	get_file(&text);
	for (size_t i = 0; i < text.length; i++) {
		struct snapshot *other;
		char byte = text.data[i];

		text.data[i] = (char)(i % 2 ? 0 : byte ^ 0x11);
		put_file(text.data, text.length);
		text.data[i] = byte;
		other = snapshot_file_read("file", &err);
		refused += !other;
		snapshot_free(other);
	}
	ck_assert_uint_gt(refused, text.length / 2);
	buf_free(&text);
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
	static const char bytes[] = HEADER "\0" END(0);

	put_file(bytes, sizeof(bytes) - 1);
	ck_assert_ptr_null(snapshot_file_read("file", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "file:2: this is not JSON"));
}
END_TEST

START_TEST(a_line_may_be_long_but_not_endless)
{
	enum { BLANKS = 17 << 20 };
	struct buf text = {0};

	buf_add_text(&text, HEADER);
	memset(buf_reserve(&text, BLANKS), ' ', BLANKS);
	text.length += 1 << 20;
	buf_add_text(&text, END(0));
	put_file(text.data, text.length);
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	text.length = strlen(HEADER);
	memset(buf_reserve(&text, BLANKS), ' ', BLANKS);
	text.length += BLANKS;
	put_file(text.data, text.length);
	ck_assert_ptr_null(snapshot_file_read("file", &err));
	ck_assert_msg(strstr(err.text, "file:2: the line has over 16 MiB"),
		      "%s", err.text);
	buf_free(&text);
}
END_TEST

START_TEST(too_many_watched_directories_are_refused)
{
	for (int i = 0; i < 4096; i++)
		snapshot_add_watched(snapshot, "/tmp");
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	ck_assert_uint_eq(again->watched_count, 4096);
	snapshot_add_watched(snapshot, "/tmp");
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	ck_assert_ptr_null(snapshot_file_read("file", &err));
	ck_assert_msg(strstr(err.text, "file:1: \"watched\" has over 4096"),
		      "%s", err.text);
}
END_TEST

START_TEST(too_many_blind_spots_are_refused)
{
	for (int i = 0; i < 16384; i++)
		snapshot_add_blind(snapshot, KIND_ALL, "/tmp/x", "no");
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	ck_assert_uint_eq(again->blind_count, 16384);
	snapshot_add_blind(snapshot, KIND_ALL, "/tmp/x", "no");
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	ck_assert_ptr_null(snapshot_file_read("file", &err));
	ck_assert_msg(strstr(err.text, "file:1: \"not_looked_at\" has over"),
		      "%s", err.text);
}
END_TEST

START_TEST(nesting_is_refused_and_not_followed)
{
	struct buf text = {0};

	for (int i = 0; i < 1000000; i++)
		buf_add_text(&text, "[");
	put_file(text.data, text.length);
	ck_assert_ptr_null(snapshot_file_read("file", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "file:1: this is not JSON"));
	buf_free(&text);
}
END_TEST

START_TEST(what_cannot_be_read_is_named)
{
	ck_assert_ptr_null(snapshot_file_read("none", &err));
	ck_assert_ptr_nonnull(
		strstr(err.text, "none: cannot open: No such file"));
	ck_assert_ptr_null(snapshot_file_read("/", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "Is a directory"));
}
END_TEST

START_TEST(a_long_name_does_not_hide_the_reason)
{
	char name[3000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_ptr_null(snapshot_file_read(name, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "File name too long"));
	ck_assert_int_eq(snapshot_file_save(snapshot, name, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "File name too long"));
}
END_TEST

START_TEST(a_file_that_is_there_is_replaced)
{
	struct stat before;
	struct stat after;

	put_file("old", 3);
	ck_assert_int_eq(symlink("file", "link"), 0);
	ck_assert_int_eq(stat("file", &before), 0);
	ck_assert_int_eq(snapshot_file_save(snapshot, "link", &err), 0);
	ck_assert_int_eq(stat("file", &after), 0);
	ck_assert_uint_ne(before.st_ino, after.st_ino);
	ck_assert_int_eq(lstat("link", &after), 0);
	ck_assert(S_ISLNK(after.st_mode));
	again = snapshot_file_read("file", &err);
	ck_assert_ptr_nonnull(again);
}
END_TEST

START_TEST(a_link_to_nothing_stays)
{
	struct stat status;

	ck_assert_int_eq(symlink("./file", "link"), 0);
	ck_assert_int_eq(snapshot_file_save(snapshot, "link", &err), 0);
	ck_assert_int_eq(lstat("link", &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
	again = snapshot_file_read("file", &err);
	ck_assert_msg(again, "%s", err.text);
	unlink("link");
	ck_assert_int_eq(symlink("none/file", "link"), 0);
	ck_assert_int_eq(snapshot_file_save(snapshot, "link", &err), -1);
	ck_assert_str_eq(err.text, "link: cannot open its directory: "
				   "No such file or directory");
	ck_assert_int_eq(lstat("link", &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
}
END_TEST

/* Links of our own stand for /dev/stdout: see above what a mistake would do. */
static void
link_to_descriptor(const char *directory_of_it, int fd)
{
	char target[64];

	snprintf(target, sizeof(target), "%s/%d", directory_of_it, fd);
	ck_assert_int_eq(symlink(target, "link"), 0);
}

static const struct {
	const char *directory;
	int flags;
} descriptors[] = {
	{"/proc/self/fd", O_APPEND},
	{"/proc/self/fd", 0}, /* at its end: bytes were written to it */
	{"/proc/thread-self/fd", O_APPEND},
	{"/proc/thread-self/fd", 0},
};

START_TEST(what_a_descriptor_has_so_far_is_kept)
{
	CLEANUP_FD int fd = open(
		"file", O_WRONLY | O_CREAT | O_CLOEXEC | descriptors[_i].flags,
		0600);
	struct buf text = {0};
	struct stat before;
	struct stat after;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, "keep me\n", 8), 0);
	ck_assert_int_eq(fstat(fd, &before), 0);
	link_to_descriptor(descriptors[_i].directory, fd);
	for (int i = 0; i < 2; i++)
		ck_assert_msg(!snapshot_file_save(snapshot, "link", &err), "%s",
			      err.text);
	ck_assert_int_eq(stat("file", &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert_int_eq(lstat("link", &after), 0);
	ck_assert(S_ISLNK(after.st_mode));
	get_file(&text);
	ck_assert_int_eq(strncmp(buf_text(&text), "keep me\n{\"type\"", 15), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&text), END(0) "{\"type\""));
	buf_free(&text);
}
END_TEST

START_TEST(a_descriptor_of_a_deleted_file_is_written_to)
{
	CLEANUP_FD int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat status;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(unlink("file"), 0);
	link_to_descriptor(_i ? "/proc/thread-self/fd" : "/proc/self/fd", fd);
	ck_assert_msg(!snapshot_file_save(snapshot, "link", &err), "%s",
		      err.text);
	ck_assert_int_eq(lstat("link", &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
	ck_assert_int_eq(fstat(fd, &status), 0);
	ck_assert_int_gt(status.st_size, 100);
}
END_TEST

/* A socket cannot be opened by its name in /proc. */
START_TEST(a_descriptor_of_a_socket_is_written_to)
{
	char bytes[4096];
	char name[32];
	int pair[2];

	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(symlink("/proc/self/fd", "link"), 0);
	snprintf(name, sizeof(name), "link/%d", pair[0]);
	ck_assert_msg(!snapshot_file_save(snapshot, name, &err), "%s",
		      err.text);
	ck_assert_int_gt(recv(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT),
			 100);
	close(pair[0]);
	ck_assert_int_eq(snapshot_file_save(snapshot, name, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "cannot open: No such file"));
	close(pair[1]);
}
END_TEST

START_TEST(permissions_are_those_of_a_new_file)
{
	struct stat status;

	umask(027);
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	ck_assert_int_eq(stat("file", &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
}
END_TEST

/* teardown() finds what is left behind. */
START_TEST(a_failure_leaves_the_old_file_and_nothing_else)
{
	struct rlimit limit, tiny;
	struct buf text = {0};
	int failed;

	fill();
	put_file("old", 3);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	tiny = (struct rlimit) {100, limit.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &tiny), 0);
	failed = snapshot_file_save(snapshot, "file", &err);
	/* Check itself writes files where tests are no processes (CK_FORK). */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(failed, -1);
	ck_assert_ptr_nonnull(strstr(err.text, "file: "));
	ck_assert_ptr_nonnull(strstr(err.text, "File too large"));
	get_file(&text);
	ck_assert_str_eq(buf_text(&text), "old");
	buf_free(&text);
}
END_TEST

/*
 * A FIFO of our own stands for all that is no regular file: were a device
 * named here, a mistake in the code under test would replace it when root
 * runs the tests.
 */
START_TEST(what_is_no_regular_file_is_written_to)
{
	CLEANUP_FD int reader = -1;
	struct stat status;
	char bytes[4096];

	ck_assert_int_eq(mkfifo("file", 0600), 0);
	reader = open("file", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(reader, 0);
	ck_assert_int_eq(snapshot_file_save(snapshot, "file", &err), 0);
	ck_assert_int_eq(lstat("file", &status), 0);
	ck_assert(S_ISFIFO(status.st_mode));
	ck_assert_int_gt(read(reader, bytes, sizeof(bytes)), 100);
}
END_TEST

START_TEST(where_nothing_can_be_is_named)
{
	ck_assert_int_eq(snapshot_file_save(snapshot, ".", &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, ".: "));
	ck_assert_int_eq(snapshot_file_save(snapshot, "no/file", &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "no/file: "));
}
END_TEST

Suite *
snapshot_file_suite(void)
{
	Suite *suite = suite_create("snapshot_file");
	TCase *tests = tcase_create("snapshot_file");
	TCase *slow = tcase_create("limits");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_is_saved_is_read);
	tcase_add_test(tests, what_is_not_known_is_absent);
	tcase_add_loop_test(tests, good_files, 0, ARRAY_LEN(good));
	tcase_add_loop_test(tests, bad_files_are_refused_by_line, 0,
			    ARRAY_LEN(bad));
	tcase_add_test(tests, no_prefix_is_a_snapshot);
	tcase_add_test(tests, damage_never_crashes);
	tcase_add_test(tests, nul_bytes_are_refused);
	tcase_add_test(tests, a_line_may_be_long_but_not_endless);
	tcase_add_test(tests, nesting_is_refused_and_not_followed);
	tcase_add_test(tests, what_cannot_be_read_is_named);
	tcase_add_test(tests, a_long_name_does_not_hide_the_reason);
	tcase_add_test(tests, a_file_that_is_there_is_replaced);
	tcase_add_test(tests, a_link_to_nothing_stays);
	tcase_add_loop_test(tests, what_a_descriptor_has_so_far_is_kept, 0,
			    ARRAY_LEN(descriptors));
	tcase_add_loop_test(tests, a_descriptor_of_a_deleted_file_is_written_to,
			    0, 2);
	tcase_add_test(tests, a_descriptor_of_a_socket_is_written_to);
	tcase_add_test(tests, too_many_watched_directories_are_refused);
	tcase_add_test(tests, permissions_are_those_of_a_new_file);
	tcase_add_test(tests, a_failure_leaves_the_old_file_and_nothing_else);
	tcase_add_test(tests, what_is_no_regular_file_is_written_to);
	tcase_add_test(tests, where_nothing_can_be_is_named);
	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(slow, setup, teardown);
	tcase_set_tags(slow, "slow"); /* for CK_EXCLUDE_TAGS */
	tcase_add_test(slow, too_many_blind_spots_are_refused);
	suite_add_tcase(suite, slow);
	return suite;
}
