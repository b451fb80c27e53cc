/* SPDX-License-Identifier: MIT */
/* check_calls.c - unit: which row of the catalogue a call is. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/attr.h"
#include "model/calls.h"
#include "model/kind.h"

Suite *calls_suite(void);

/* ipc(2) on some machines adds it to the command, include/linux/ipc.h. */
enum { IPC_64 = 0x100, ARGS = 6 };

static const struct {
	int number;
	uint64_t args[ARGS];
	enum call_role role;
	enum action action;
	unsigned kind;
	const char *operation;
} calls[] = {
	{SYS_shmget,
	 {IPC_PRIVATE, 4096, 0600},
	 ROLE_GET,
	 ACTION_ACQUIRE,
	 KIND_SYSV_SHM,
	 "shmget"},
	{SYS_shmget,
	 {7, 4096, IPC_CREAT | 0600},
	 ROLE_GET,
	 ACTION_ACQUIRE,
	 KIND_SYSV_SHM,
	 "shmget"},
	{SYS_shmget, {7, 0, 0}, ROLE_GET, ACTION_USE, KIND_SYSV_SHM, "shmget"},
	/* key_t has 32 bits; what is above them in a register is nothing. */
	{SYS_shmget,
	 {0xdead00000000, 0, 0},
	 ROLE_GET,
	 ACTION_ACQUIRE,
	 KIND_SYSV_SHM,
	 "shmget"},
	{SYS_shmget,
	 {7, 0, IPC_EXCL},
	 ROLE_GET,
	 ACTION_USE,
	 KIND_SYSV_SHM,
	 "shmget"},
	{SYS_semget,
	 {7, 1, IPC_CREAT},
	 ROLE_GET,
	 ACTION_ACQUIRE,
	 KIND_SYSV_SEM,
	 "semget"},
	{SYS_semget, {7, 1, 0}, ROLE_GET, ACTION_USE, KIND_SYSV_SEM, "semget"},
	{SYS_msgget,
	 {7, IPC_CREAT},
	 ROLE_GET,
	 ACTION_ACQUIRE,
	 KIND_SYSV_MSG,
	 "msgget"},
	{SYS_msgget, {7, 0}, ROLE_GET, ACTION_USE, KIND_SYSV_MSG, "msgget"},
	{SYS_shmctl,
	 {7, IPC_RMID},
	 ROLE_ID,
	 ACTION_RELEASE,
	 KIND_SYSV_SHM,
	 "shmctl"},
	{SYS_shmctl,
	 {7, IPC_RMID | IPC_64},
	 ROLE_ID,
	 ACTION_RELEASE,
	 KIND_SYSV_SHM,
	 "shmctl"},
	{SYS_shmctl,
	 {7, IPC_STAT},
	 ROLE_ID,
	 ACTION_USE,
	 KIND_SYSV_SHM,
	 "shmctl"},
	{SYS_shmctl,
	 {7, IPC_STAT | IPC_64},
	 ROLE_ID,
	 ACTION_USE,
	 KIND_SYSV_SHM,
	 "shmctl"},
	{SYS_shmctl,
	 {7, SHM_LOCK},
	 ROLE_ID,
	 ACTION_USE,
	 KIND_SYSV_SHM,
	 "shmctl"},
	/* Of semctl the third argument is the command. */
	{SYS_semctl,
	 {7, 1, IPC_RMID},
	 ROLE_ID,
	 ACTION_RELEASE,
	 KIND_SYSV_SEM,
	 "semctl"},
	{SYS_semctl,
	 {7, IPC_RMID, IPC_STAT},
	 ROLE_ID,
	 ACTION_USE,
	 KIND_SYSV_SEM,
	 "semctl"},
	{SYS_msgctl,
	 {7, IPC_RMID},
	 ROLE_ID,
	 ACTION_RELEASE,
	 KIND_SYSV_MSG,
	 "msgctl"},
	{SYS_shmat, {7}, ROLE_ID, ACTION_USE, KIND_SYSV_SHM, "shmat"},
	{SYS_mmap,
	 {0, 4096, PROT_READ, MAP_SHARED, 7},
	 ROLE_MAPPING,
	 ACTION_USE,
	 KIND_POSIX_SHM,
	 "mmap"},
	{SYS_mq_open,
	 {0, O_CREAT | O_RDWR},
	 ROLE_QUEUE,
	 ACTION_ACQUIRE,
	 KIND_POSIX_MQ,
	 "mq_open"},
	{SYS_mq_open,
	 {0, O_RDWR},
	 ROLE_QUEUE,
	 ACTION_USE,
	 KIND_POSIX_MQ,
	 "mq_open"},
	{SYS_mq_unlink,
	 {0},
	 ROLE_UNQUEUE,
	 ACTION_RELEASE,
	 KIND_POSIX_MQ,
	 "mq_unlink"},
	{SYS_openat,
	 {0, 0, O_CREAT},
	 ROLE_OPEN,
	 ACTION_ACQUIRE,
	 KIND_POSIX_SHM,
	 "shm_open"},
	{SYS_openat,
	 {0, 0, O_CREAT},
	 ROLE_OPEN,
	 ACTION_ACQUIRE,
	 KIND_POSIX_SEM,
	 "sem_open"},
	{SYS_openat,
	 {0, 0, O_CREAT},
	 ROLE_OPEN,
	 ACTION_ACQUIRE,
	 KIND_COUNT,
	 "openat"},
	{SYS_linkat,
	 {0},
	 ROLE_RENAME,
	 ACTION_ACQUIRE,
	 KIND_POSIX_SEM,
	 "sem_open"},
	{SYS_linkat, {0}, ROLE_RENAME, ACTION_ACQUIRE, KIND_FIFO, "linkat"},
	{SYS_unlinkat,
	 {0},
	 ROLE_UNLINK,
	 ACTION_RELEASE,
	 KIND_POSIX_SHM,
	 "shm_unlink"},
	{SYS_unlinkat,
	 {0},
	 ROLE_UNLINK,
	 ACTION_RELEASE,
	 KIND_POSIX_SEM,
	 "sem_unlink"},
	{SYS_unlinkat,
	 {0},
	 ROLE_UNLINK,
	 ACTION_RELEASE,
	 KIND_UNIX_SOCKET,
	 "unlinkat"},
	{SYS_mknodat,
	 {0, 0, S_IFIFO | 0600},
	 ROLE_NODE,
	 ACTION_ACQUIRE,
	 KIND_FIFO,
	 "mkfifo"},
	{SYS_mknodat,
	 {0, 0, S_IFSOCK | 0600},
	 ROLE_NODE,
	 ACTION_ACQUIRE,
	 KIND_UNIX_SOCKET,
	 "mknodat"},
	{SYS_rt_sigaction,
	 {15},
	 ROLE_CONTROL,
	 ACTION_OTHER,
	 KIND_COUNT,
	 "rt_sigaction"},
	{SYS_exit_group,
	 {0},
	 ROLE_CONTROL,
	 ACTION_OTHER,
	 KIND_COUNT,
	 "exit_group"},
};

START_TEST(the_first_row_that_holds)
{
	const struct call_row *row =
		call_match(calls[_i].number, calls[_i].args);

	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->number, calls[_i].number);
	ck_assert_int_eq(row->role, calls[_i].role);
	ck_assert_int_eq(row->action, calls[_i].action);
	if (calls[_i].kind != KIND_COUNT)
		ck_assert(row->kinds & KIND_BIT(calls[_i].kind));
	ck_assert_str_eq(call_operation(row, calls[_i].kind),
			 calls[_i].operation);
}
END_TEST

static const struct {
	int number;
	uint64_t args[ARGS];
} others[] = {
	{SYS_read, {0}},
	{SYS_mmap, {0, 4096, PROT_READ, MAP_PRIVATE, 7}},
	{SYS_openat, {0, 0, O_RDWR}},
	/* IPC_CREAT's bit in another argument. */
	{SYS_openat, {O_CREAT, O_CREAT, 0}},
	{SYS_mknodat, {0, 0, S_IFREG | 0600}},
	{SYS_mknodat, {0, 0, S_IFCHR | 0600}},
	{-1, {0}},
};

START_TEST(no_row_holds)
{
	ck_assert_ptr_null(call_match(others[_i].number, others[_i].args));
}
END_TEST

START_TEST(a_row_with_a_condition_comes_before_one_without)
{
	for (size_t i = 0; i < call_row_count; i++)
		for (size_t j = i + 1; j < call_row_count; j++)
			ck_assert_msg(call_rows[i].mask ||
					      call_rows[i].number !=
						      call_rows[j].number,
				      "%s hides a later row",
				      call_rows[i].name);
}
END_TEST

START_TEST(rows_make_sense)
{
	const struct call_row *row = &call_rows[_i];
	size_t errors = 0;

	ck_assert_int_lt(row->role, ROLE_COUNT);
	ck_assert_uint_lt(row->argument, ARGS);
	ck_assert_uint_eq(row->value & ~row->mask, 0);
	ck_assert_uint_eq(row->kinds & ~KIND_ALL, 0);
	ck_assert_int_eq(row->kinds == 0, row->action == ACTION_OTHER);
	while (row->errors[errors])
		ck_assert_int_gt(row->errors[errors++], 0);
	ck_assert_uint_le(row->usual, errors);
	if (row->action == ACTION_ACQUIRE)
		ck_assert_uint_eq(row->usual, 2);
}
END_TEST

START_TEST(calls_are_found_by_number)
{
	ck_assert_str_eq(call_find(SYS_shmget)->name, "shmget");
	ck_assert_ptr_null(call_find(SYS_read));
}
END_TEST

START_TEST(actions_have_names)
{
	enum action action;

	for (int i = 0; i <= ACTION_OTHER; i++) {
		ck_assert(action_parse(action_name((enum action)i), &action));
		ck_assert_int_eq(action, i);
	}
	ck_assert(!action_parse("acquires", &action));
	ck_assert(!action_parse("", &action));
}
END_TEST

Suite *
calls_suite(void)
{
	Suite *suite = suite_create("calls");
	TCase *tests = tcase_create("calls");

	tcase_add_loop_test(tests, the_first_row_that_holds, 0,
			    ARRAY_LEN(calls));
	tcase_add_loop_test(tests, no_row_holds, 0, ARRAY_LEN(others));
	tcase_add_test(tests, a_row_with_a_condition_comes_before_one_without);
	tcase_add_loop_test(tests, rows_make_sense, 0, (int)call_row_count);
	tcase_add_test(tests, calls_are_found_by_number);
	tcase_add_test(tests, actions_have_names);
	suite_add_tcase(suite, tests);
	return suite;
}
