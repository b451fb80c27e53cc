/* SPDX-License-Identifier: MIT */
/*
 * check_stack.c - live: call stacks of stopped programs, also of such as know
 * little of themselves.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "harness/tracer/modules.h"
#include "harness/tracer/stacks.h"
#include "tests/support/traced.h"

Suite *stack_suite(void);

/* What was seen at a call of the program. */
struct seen {
	int call;
	struct stack stack;
	struct frame frames[STACK_DEPTH];
	size_t count; /* of frames */
	bool inside_exit;
	uint64_t exit_address;
};
enum { SEEN = 8 };
static struct seen seen[SEEN];
static size_t seen_count;
static struct arena arena;
static struct traced traced;

static void
clean_up(void)
{
	arena_free(&arena);
	traced_free(&traced);
	traced_end();
}

static void
see(void *owner, struct tracee *tracee, const struct call *call)
{
	struct seen *now = &seen[seen_count];
	struct stacks *stacks = traced_stacks();

	(void)owner;
	stack_take(stacks, tracee, &now->stack);
	ck_assert_uint_ge(now->stack.depth, 1);
	ck_assert_uint_eq(now->stack.image, tracee_image(tracee));
	if ((call->number != SYS_shmget && call->number != SYS_shmctl) ||
	    ++seen_count == SEEN)
		return;
	now->call = call->number;
	now->count =
		stack_name(stacks, tracee, &now->stack, now->frames, &arena);
	ck_assert_uint_ge(now->count, now->stack.depth);
	now->exit_address = stack_find_function(stacks, tracee, "exit");
	now->inside_exit = stack_is_inside(stacks, tracee, &now->stack, "exit");
}

static void
act(const char *program, const char *what, const char *argument)
{
	traced.arguments[0] = program;
	traced.arguments[1] = what;
	traced.arguments[2] = argument;
	traced.enter = see;
	seen_count = 0;
	traced_run(&traced);
}

#define CHECK_FRAME(frame, name, source)                    \
	do {                                                \
		ck_assert_pstr_eq((frame)->function, name); \
		ck_assert_pstr_eq((frame)->file, source);   \
	} while (0)

#define ACTOR "tests/tracees/actor.c"

START_TEST(names_frames)
{
	const struct frame *frames = seen[0].frames;

	TRACED_BEGIN();
	act("actor", "get", NULL);
	CHECK_EXIT(&traced, 0);
	ck_assert_uint_eq(seen_count, 2);
	ck_assert(stack_is_libc(&frames[0]));
	CHECK_FRAME(&frames[0], "shmget", NULL);
	ck_assert(!stack_is_libc(&frames[1]));
	CHECK_FRAME(&frames[1], "make", ACTOR);
	ck_assert_int_gt(frames[1].line, 0);
	ck_assert_str_eq(frames[1].module, traced_program("actor"));
	ck_assert_uint_lt(frames[1].offset, 0x100000);
	/* gcc may have inlined some of main's. */
	CHECK_FRAME(&seen[1].frames[0], "shmctl", NULL);
	ck_assert_uint_ne(seen[0].stack.hash, seen[1].stack.hash);
	ck_assert_uint_ne(seen[0].exit_address, 0);
	ck_assert(!seen[0].inside_exit);
}
END_TEST

/* At the same address, each with its own place in the source. */
START_TEST(knows_inlined_functions)
{
	const struct frame *frames = seen[0].frames;

	TRACED_BEGIN();
	act(_i ? "actor-split" : "actor", "inlined", NULL);
	CHECK_EXIT(&traced, 0);
	CHECK_FRAME(&frames[0], "shmget", NULL);
	CHECK_FRAME(&frames[1], "make_inlined", ACTOR);
	CHECK_FRAME(&frames[2], "_ZN4pool4open", ACTOR);
	CHECK_FRAME(&frames[3], "main", ACTOR);
	ck_assert_uint_eq(frames[1].offset, frames[2].offset);
	ck_assert_int_lt(frames[1].line, frames[2].line);
	CHECK_FRAME(&seen[1].frames[1], "_ZN4pool4open", ACTOR);
}
END_TEST

static const struct frame *
find_frame(const struct seen *one, const char *function)
{
	for (size_t i = 0; i < one->count; i++)
		if (one->frames[i].function &&
		    strcmp(one->frames[i].function, function) == 0)
			return &one->frames[i];
	return NULL;
}

START_TEST(goes_out_to_main)
{
	const struct frame *main_frame;

	TRACED_BEGIN();
	act(_i ? "actor-static" : "actor", "deep", "20");
	main_frame = find_frame(&seen[0], "main");
	ck_assert_ptr_nonnull(main_frame);
	CHECK_FRAME(main_frame, "main", ACTOR);
	ck_assert_ptr_nonnull(find_frame(&seen[0], "descend"));
	ck_assert_ptr_nonnull(find_frame(&seen[0], "shmget"));
	ck_assert_uint_gt(seen[0].stack.depth, 20);
	ck_assert_uint_ne(seen[0].exit_address, 0);
	act("actor", "deep", "1000");
	ck_assert_uint_eq(seen[0].stack.depth, STACK_DEPTH);
}
END_TEST

START_TEST(finds_split_debug_information)
{
	TRACED_BEGIN();
	act("actor-split", "deep", "3");
	CHECK_FRAME(&seen[0].frames[1], "make", ACTOR);
	ck_assert_ptr_nonnull(find_frame(&seen[0], "descend"));
}
END_TEST

START_TEST(knows_stripped_programs)
{
	TRACED_BEGIN();
	act("actor-stripped", "deep", "20");
	ck_assert_uint_gt(seen[0].stack.depth, 20);
	CHECK_FRAME(&seen[0].frames[0], "shmget", NULL);
	CHECK_FRAME(&seen[0].frames[1], NULL, NULL);
	ck_assert_str_eq(seen[0].frames[1].module,
			 traced_program("actor-stripped"));
	ck_assert_uint_ne(seen[0].frames[1].offset, 0);
	ck_assert_uint_ne(seen[0].exit_address, 0);
	act("actor-bare", "deep", "20");
	ck_assert_uint_gt(seen[0].stack.depth, 20);
	CHECK_FRAME(&seen[0].frames[0], NULL, NULL);
	ck_assert_uint_eq(seen[0].exit_address, 0);
}
END_TEST

/* What a stack says is the program's, and may be anything. */
START_TEST(ends_where_a_stack_makes_no_sense)
{
	TRACED_BEGIN();
	act("actor", "astray", NULL);
	CHECK_EXIT(&traced, 0);
	ck_assert_uint_eq(seen_count, 2);
	ck_assert_uint_lt(seen[0].stack.depth, STACK_DEPTH);
}
END_TEST

START_TEST(sees_that_hooks_of_exit_run)
{
	TRACED_BEGIN();
	act(_i ? "actor-static" : "actor", "clean-at-exit", NULL);
	ck_assert_uint_eq(seen_count, 2);
	ck_assert(!seen[0].inside_exit);
	ck_assert_int_eq(seen[1].call, SYS_shmctl);
	ck_assert(seen[1].inside_exit);
	ck_assert_ptr_nonnull(find_frame(&seen[1], "remove_segment"));
}
END_TEST

/* From the handler over the signal to the call that it came at. */
START_TEST(goes_through_handlers)
{
	const struct seen *one = &seen[1];
	const struct frame *call;

	TRACED_BEGIN();
	traced.orders[0] = (struct traced_order) {"shmget", 1,
						  TRACED_SIGNAL_AFTER, SIGTERM};
	act("actor", "clean-at-signal", NULL);
	ck_assert_uint_eq(seen_count, 2);
	ck_assert_int_eq(one->call, SYS_shmctl);
	ck_assert_ptr_nonnull(find_frame(one, "clean"));
	ck_assert_ptr_nonnull(find_frame(one, "make"));
	call = find_frame(one, "shmget");
	ck_assert_ptr_nonnull(call);
	/* That, and the kernel's return from the handler before it. */
	ck_assert_uint_eq(one->stack.interrupted,
			  UINT64_C(3) << (call - one->frames - 1));
}
END_TEST

/* Where the program was when the signal came is no part of what it is. */
START_TEST(is_equal_wherever_a_signal_comes)
{
	TRACED_BEGIN();
	act("actor", "be-interrupted-twice", NULL);
	CHECK_EXIT(&traced, 0);
	ck_assert_uint_eq(seen_count, 2);
	CHECK_FRAME(&seen[1].frames[1], "remove_none", ACTOR);
	ck_assert_uint_ne(seen[0].stack.interrupted, 0);
	ck_assert_uint_ne(seen[0].stack.pc[4], seen[1].stack.pc[4]);
	ck_assert_uint_eq(seen[0].stack.hash, seen[1].stack.hash);
}
END_TEST

START_TEST(is_equal_in_every_run)
{
	struct stack first;

	TRACED_BEGIN();
	act("crowd", "one", NULL);
	first = seen[0].stack;
	act("crowd", "one", NULL);
	ck_assert_uint_eq(seen[0].stack.hash, first.hash);
	ck_assert_uint_eq(seen[0].stack.pc[0], first.pc[0]);
	ck_assert_uint_ne(seen[0].stack.image, first.image);
	/* Also at other addresses. */
	act("crowd", "elsewhere", NULL);
	ck_assert_uint_eq(seen[0].stack.depth, first.depth);
	ck_assert_uint_ne(seen[0].stack.pc[0], first.pc[0]);
	ck_assert_uint_eq(seen[0].stack.hash, first.hash);
	CHECK_FRAME(&seen[0].frames[1], "make_and_remove",
		    "tests/tracees/crowd.c");
}
END_TEST

/* The first stacks are taken while there is no libc yet. */
START_TEST(sees_libraries_come)
{
	TRACED_BEGIN();
	traced.all_calls = true;
	act("actor", "get", NULL);
	CHECK_EXIT(&traced, 0);
	CHECK_FRAME(&seen[0].frames[0], "shmget", NULL);
	ck_assert_ptr_nonnull(find_frame(&seen[0], "main"));
	ck_assert_uint_ne(seen[0].exit_address, 0);
}
END_TEST

static const struct layout *layout;

static void
note_layout(void *owner, struct tracee *tracee, const struct call *call)
{
	(void)owner;
	(void)call;
	layout = stacks_layout(traced_stacks(), tracee);
}

/* What costs milliseconds is done once. */
START_TEST(learns_a_program_once)
{
	const struct layout *first;
	uint64_t key;

	TRACED_BEGIN();
	traced.arguments[0] = "crowd";
	traced.arguments[1] = "tree";
	traced.arguments[2] = "3";
	traced.enter = note_layout;
	traced_run(&traced);
	first = layout;
	ck_assert_ptr_nonnull(first);
	for (int i = 0; i < 100; i++) {
		traced_run(&traced);
		ck_assert_ptr_eq(layout, first);
	}
	key = layout_modules(first)->key;
	/* More than are kept. */
	traced.arguments[1] = "elsewhere";
	for (int i = 0; i < 40; i++) {
		traced_run(&traced);
		ck_assert_uint_ne(layout_modules(layout)->key, key);
	}
	traced.arguments[1] = "tree";
	traced_run(&traced);
	ck_assert_uint_eq(layout_modules(layout)->key, key);
}
END_TEST

static void
name_vdso(void *owner, struct tracee *tracee, const struct call *call)
{
	const struct modules *modules =
		layout_modules(stacks_layout(traced_stacks(), tracee));
	struct frame frame = {0};

	(void)owner;
	(void)call;
	for (size_t i = 0; i < modules->count && !frame.function; i++) {
		const struct module *module = &modules->items[i];

		if (strcmp(module->path, "[vdso]"))
			continue;
		for (uint64_t at = module->start;
		     at < module->end && !frame.function; at += 16)
			stack_name_address(traced_stacks(), tracee, at, &frame,
					   &arena);
	}
	ck_assert_ptr_nonnull(frame.function);
	ck_assert_str_eq(frame.module, "[vdso]");
}

START_TEST(reads_the_vdso)
{
	TRACED_BEGIN();
	traced.arguments[0] = "crowd";
	traced.arguments[1] = "one";
	traced.enter = name_vdso;
	traced_run(&traced);
	CHECK_EXIT(&traced, 0);
}
END_TEST

static char removed[] = "/tmp/tracer-XXXXXX";

static void
remove_and_see(void *owner, struct tracee *tracee, const struct call *call)
{
	(void)unlink(removed);
	see(owner, tracee, call);
}

static void
copy_file(const char *from, int fd)
{
	CLEANUP_BUF struct buf bytes = {0};

	ck_assert_int_eq(fd_read_file(-1, from, &bytes), 0);
	ck_assert_int_eq(fd_write_all(fd, bytes.data, bytes.length), 0);
	ck_assert_int_eq(fchmod(fd, 0700), 0);
	close(fd);
}

/* As by a build that goes on. */
START_TEST(knows_removed_programs)
{
	TRACED_BEGIN();
	copy_file(traced_program("actor"), mkstemp(removed));
	traced.arguments[0] = removed;
	traced.arguments[1] = "get";
	traced.enter = remove_and_see;
	seen_count = 0;
	traced_run(&traced);
	CHECK_EXIT(&traced, 0);
	CHECK_FRAME(&seen[0].frames[1], "make", ACTOR);
	ck_assert_uint_ne(seen[0].exit_address, 0);
}
END_TEST

/* No server is asked, and the target finds the variable as it was. */
START_TEST(stays_off_the_network)
{
	TRACED_BEGIN();
	setenv("DEBUGINFOD_URLS", "http://192.0.2.1/", 1);
	act("actor-stripped", "get", NULL);
	ck_assert_str_eq(getenv("DEBUGINFOD_URLS"), "http://192.0.2.1/");
	unsetenv("DEBUGINFOD_URLS");
}
END_TEST

START_TEST(reads_maps)
{
	CLEANUP_BUF struct buf text = {0};
	struct modules modules;

	buf_add_text(
		&text,
		"400000-401000 r--p 00000000 08:01 12      /bin/a b\n"
		"401000-402000 r-xp 00001000 08:01 12      /bin/a b\n"
		"402000-403000 rw-p 00000000 00:00 0 \n"
		"403000-404000 rw-p 00002000 08:01 12      /bin/a b\n"
		"404000-504000 rw-p 00000000 00:00 0       [heap]\n"
		"7f0000000000-7f0000001000 r--p 00000000 08:01 13 /data\n"
		"7f0000001000-7f0000002000 r-xp 00000000 08:01 14 "
		"/lib/libc.so.6\n"
		"7fff00000000-7fff00002000 r-xp 00000000 00:00 0  [vdso]\n"
		"7fff80000000-7fff80001000 rw-p 00000000 00:00 0  [stack]\n");
	modules_parse(&modules, &text, "/bin/a b");
	ck_assert_uint_eq(modules.count, 3);
	ck_assert_uint_eq(modules.items[0].start, 0x400000);
	ck_assert_uint_eq(modules.items[0].end, 0x404000);
	ck_assert_uint_eq(modules.items[0].inode, 12);
	ck_assert(modules.items[0].is_program);
	ck_assert(modules_is_libc(&modules.items[1]));
	ck_assert_str_eq(modules.items[2].path, "[vdso]");
	ck_assert_ptr_eq(modules_find(&modules, 0x403fff), modules.items);
	ck_assert_ptr_null(modules_find(&modules, 0x404000));
	ck_assert_ptr_null(modules_find(&modules, 0x3fffff));
	ck_assert_ptr_null(modules_find(&modules, 0x7f0000000000));
	modules_free(&modules);
}
END_TEST

Suite *
stack_suite(void)
{
	const TTest *const tests[] = {
		names_frames,
		knows_stripped_programs,
		ends_where_a_stack_makes_no_sense,
		goes_through_handlers,
		is_equal_wherever_a_signal_comes,
		is_equal_in_every_run,
		finds_split_debug_information,
		reads_the_vdso,
		knows_removed_programs,
		sees_libraries_come,
		learns_a_program_once,
		stays_off_the_network,
		reads_maps,
	};
	Suite *suite = suite_create("stack");
	TCase *tcase = tcase_create("stacks");

	tcase_add_checked_fixture(tcase, NULL, clean_up);
	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		tcase_add_test(tcase, tests[i]);
	/* Of a dynamic and of a static program. */
	tcase_add_loop_test(tcase, knows_inlined_functions, 0, 2);
	tcase_add_loop_test(tcase, goes_out_to_main, 0, 2);
	tcase_add_loop_test(tcase, sees_that_hooks_of_exit_run, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}
