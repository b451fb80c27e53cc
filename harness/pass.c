/* SPDX-License-Identifier: MIT */
/* pass.c - one run of the target, seen as visits. */
#include "harness/pass.h"

#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/text.h"
#include "harness/pass_moved.h"
#include "harness/pass_shared.h"

/* What the kernel returns inside when a call is to be made again after a
 * signal: ERESTARTSYS to ERESTART_RESTARTBLOCK, linux/errno.h. */
enum { RESTART_FIRST = 512, RESTART_LAST = 516 };

static bool
is_restart(int64_t result)
{
	return result <= -RESTART_FIRST && result >= -RESTART_LAST;
}

static struct visit *
visit_of(struct tracee *tracee)
{
	struct visit *visit = tracee_owner_data(tracee);

	if (!visit) {
		visit = mem_zalloc(sizeof(*visit));
		tracee_set_owner_data(tracee, visit);
	}
	return visit;
}

/* The first word of the kernel's struct sigaction is the handler. */
static void
note_handler(struct pass *pass, struct tracee *tracee, const struct call *call)
{
	uint64_t handler;

	if (call->number == SYS_rt_sigaction && call->args[1] &&
	    tracee_read(tracee, call->args[1], &handler, sizeof(handler)) ==
		    sizeof(handler))
		handlers_note(&pass->handlers, tracee_process(tracee),
			      (int)call->args[0], handler);
}

static void
warn(struct pass *pass, enum caution caution)
{
	pass->cautions |= CAUTION_BIT(caution);
}

/* What it says of a new process and of namespaces. struct clone_args begins
 * with 64 bits of flags: clone(2). */
static uint64_t
flags_of(const struct tracee *tracee, const struct call *call)
{
	uint64_t flags = 0;

	if (call->number == SYS_clone || call->number == SYS_unshare)
		flags = call->args[0];
	else if (call->number == SYS_clone3)
		(void)tracee_read(tracee, call->args[0], &flags, sizeof(flags));
	return flags;
}

static void
note_flags(struct pass *pass, const struct tracee *tracee,
	   const struct call *call)
{
	if (flags_of(tracee, call) & CLONE_NEWIPC || call->number == SYS_setns)
		pass->namespaces = true;
}

/* Calls that are no visits, but that must be known of. */
const struct call_row pass_rows[PASS_ROW_COUNT] = {
	{.name = "ptrace", .number = SYS_ptrace},
	{.name = "io_uring_setup", .number = SYS_io_uring_setup},
	{.name = "seccomp", .number = SYS_seccomp},
	{.name = "prctl",
	 .number = SYS_prctl,
	 .mask = UINT32_MAX,
	 .value = PR_SET_SECCOMP},
	{.name = "setns", .number = SYS_setns},
	{.name = "unshare",
	 .number = SYS_unshare,
	 .mask = CLONE_NEWIPC,
	 .value = CLONE_NEWIPC},
};

/* What waits for the answer of a supervisor does not stop for us as well. */
static bool
adds_supervisor(const struct call *call)
{
	return call->args[0] == SECCOMP_SET_MODE_FILTER &&
	       call->args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

static bool
wants_strict_mode(const struct call *call)
{
	return call->number == SYS_prctl
		       ? call->args[0] == PR_SET_SECCOMP &&
				 call->args[1] == SECCOMP_MODE_STRICT
		       : call->args[0] == SECCOMP_SET_MODE_STRICT;
}

/* Calls that say of themselves that something cannot be followed. */
static const struct {
	int number;
	bool (*holds)(const struct call *call); /* NULL: always */
	enum caution caution;
} telling[] = {
	{SYS_ptrace, NULL, CAUTION_PTRACE},
	{SYS_io_uring_setup, NULL, CAUTION_IO_URING},
	{SYS_seccomp, adds_supervisor, CAUTION_SUPERVISOR},
	{SYS_seccomp, wants_strict_mode, CAUTION_STRICT},
	{SYS_prctl, wants_strict_mode, CAUTION_STRICT},
};

static void
note_telling(struct pass *pass, const struct call *call)
{
	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		if (telling[i].number == call->number &&
		    (!telling[i].holds || telling[i].holds(call)))
			warn(pass, telling[i].caution);
}

/* Why a call of the catalogue was not seen to be about an object. */
static void
note_unseen(struct pass *pass, const struct tracee *tracee,
	    const struct sighting *sighting)
{
	const enum call_role role = sighting->role;

	if (role == ROLE_CONTROL)
		return;
	if (tracee_is_closed(tracee))
		warn(pass, CAUTION_CLOSED);
	else if (sighting->beyond && (role == ROLE_NODE || role == ROLE_BIND))
		warn(pass, CAUTION_MOUNTS);
}

/* By its name in /proc/TID, which may be a link. proc(5) */
static bool
look_at_file(const struct pass *pass, const struct tracee *tracee,
	     const char *name, struct stat *status)
{
	char path[PROC_NAME_BYTES];

	snprintf(path, sizeof(path), "%d/%s", tracee_tid(tracee), name);
	return fstatat(pass->proc_dir, path, status, 0) == 0;
}

/* Those bits make no other user of who is traced by one without privileges:
 * execve(2). */
static void
note_program(struct pass *pass, const struct tracee *tracee)
{
	struct stat program;

	if (geteuid() != 0 && look_at_file(pass, tracee, "exe", &program) &&
	    program.st_mode & (S_ISUID | S_ISGID))
		warn(pass, CAUTION_SET_ID);
}

/*
 * System V objects and queues of an IPC namespace that the program has made go
 * with it, and their identifiers mean others here. ipc_namespaces(7)
 */
static bool
is_elsewhere(struct pass *pass, const struct tracee *tracee, enum kind kind)
{
	const unsigned kinds = KIND_SYSV | KIND_BIT(KIND_POSIX_MQ);
	struct stat namespace;

	if (!pass->namespaces || !(KIND_BIT(kind) & kinds) ||
	    !look_at_file(pass, tracee, "ns/ipc", &namespace) ||
	    namespace.st_ino == pass->ipc_namespace)
		return false;
	warn(pass, CAUTION_NAMESPACE);
	return true;
}

static bool
is_visit(struct pass *pass, struct visit *visit, const struct tracee *tracee,
	 const struct call *call)
{
	bool sighted;
	bool elsewhere;

	sighting_free(&visit->sighting);
	sighted = sighting_take(&visit->sighting, &pass->ledger, pass->proc_dir,
				tracee, call);
	pass_moved_foresee(pass, visit);
	elsewhere = sighted && is_elsewhere(pass, tracee, visit->sighting.kind);
	if (elsewhere)
		buf_clear(&visit->takes);
	else
		pass_shared_foresee(pass, visit);
	if (sighted && !elsewhere)
		return true;
	if (visit->sighting.row)
		note_unseen(pass, tracee, &visit->sighting);
	if (!pass->every_call || !pass->ledger.alive)
		return false;
	sighting_free(&visit->sighting);
	visit->sighting = (struct sighting) {.kind = KIND_COUNT, .id = -1};
	return true;
}

enum counted { OF_THREAD = 1, OF_PROCESS };

static struct mark
next_mark(struct pass *pass, const struct visit *visit, enum counted by,
	  const char *role)
{
	uint64_t key = tally_mix(
		tally_mix_text(tally_mix(visit->stack.hash, by), role),
		(uint64_t)visit->call.number);

	if (visit->sighting.row)
		key = tally_mix(key, (uint64_t)visit->sighting.row->action);
	return (struct mark) {key, ++*tally_of(&pass->tally, key)};
}

static void
count(struct pass *pass, struct tracee *tracee, struct visit *visit)
{
	stack_take(pass->stacks, tracee, &visit->stack);
	visit->in_thread =
		next_mark(pass, visit, OF_THREAD, tracee_role(tracee));
	visit->in_process =
		next_mark(pass, visit, OF_PROCESS, tracee_process_role(tracee));
	visit->number = pass->visits++;
}

/* An id is known by the result only. */
static bool
makes_id(const struct pass *pass, const struct visit *visit)
{
	const struct call_row *row = visit->sighting.row;

	return row && visit->sighting.role == ROLE_GET &&
	       !visit->sighting.there &&
	       pass_shared_makes(pass, &visit->sighting);
}

static void
set_making(struct pass *pass, struct visit *visit, bool making)
{
	if (making && !visit->making)
		pass->making++;
	if (!making && visit->making)
		pass->making--;
	visit->making = making;
}

static void
enter(void *owner, struct tracee *tracee, const struct call *call)
{
	struct pass *pass = owner;
	struct visit *visit = visit_of(tracee);

	note_handler(pass, tracee, call);
	note_flags(pass, tracee, call);
	note_telling(pass, call);
	if (visit->open && call->number == SYS_restart_syscall) {
		/* The kernel goes on with the call that it has interrupted. */
		tracee_watch(tracee);
		return;
	}
	visit->again = visit->open && visit->call.number == call->number &&
		       visit->call.pc == call->pc && visit->call.sp == call->sp;
	visit->retries =
		visit->again && visit->amended ? visit->retries + 1 : 0;
	visit->amended = false;
	visit->call = *call;
	pass_shared_undo(pass, visit);
	visit->open = is_visit(pass, visit, tracee, call);
	if (!visit->open) {
		if (visit->takes.length || pass_moved_is_due(visit))
			tracee_watch(tracee);
		return;
	}
	if (pass->closing && makes_id(pass, visit)) {
		/* A call that a killed thread has not entered is not made. */
		visit->made = false;
		kill(tracee_process(tracee), SIGKILL);
		return;
	}
	if (!visit->again)
		count(pass, tracee, visit);
	pass_shared_begin(pass, tracee, visit);
	/* Of a call that was amended the hooks know already. */
	visit->made = visit->retries ||
		      !pass->hooks->enter(pass->owner, tracee, visit);
	set_making(pass, visit, visit->made && makes_id(pass, visit));
	if (visit->made)
		pass_shared_watch(pass, tracee, visit);
	else
		pass_shared_undo(pass, visit);
}

static void
leave(void *owner, struct tracee *tracee, const struct call *call,
      int64_t result)
{
	struct pass *pass = owner;
	struct visit *visit = visit_of(tracee);

	if (visit->takes.length && result >= 0)
		pass_shared_take(pass, visit);
	pass_moved_end(pass, visit, result);
	if (!visit->open || is_restart(result))
		return;
	visit->open = false;
	set_making(pass, visit, false);
	pass_shared_end(pass, tracee, visit, result);
	if (result >= 0 && visit->entry >= 0)
		holds_note(&pass->holds, tracee, call, visit->entry);
	pass->hooks->leave(pass->owner, tracee, visit, result);
}

static void
born(void *owner, struct tracee *tracee, struct tracee *parent)
{
	struct pass *pass = owner;

	if (!parent)
		note_program(pass, tracee);
	else if (tracee_process(tracee) != tracee_process(parent))
		handlers_inherit(&pass->handlers, tracee_process(tracee),
				 tracee_process(parent));
}

static void
exec(void *owner, struct tracee *tracee)
{
	struct pass *pass = owner;

	handlers_forget(&pass->handlers, tracee_process(tracee));
	note_program(pass, tracee);
}

static void
dead(void *owner, struct tracee *tracee, int status)
{
	struct pass *pass = owner;
	struct visit *visit = tracee_owner_data(tracee);

	(void)status;
	if (tracee_tid(tracee) == tracee_process(tracee))
		handlers_forget(&pass->handlers, tracee_process(tracee));
	if (visit) {
		pass_shared_lose(pass, tracee, visit);
		pass_moved_lose(pass, visit);
		set_making(pass, visit, false);
		sighting_free(&visit->sighting);
		buf_free(&visit->takes);
	}
	free(visit);
	tracee_set_owner_data(tracee, NULL);
}

static void
stepped(void *owner, struct tracee *tracee, unsigned left)
{
	struct pass *pass = owner;

	if (pass->hooks->stepped)
		pass->hooks->stepped(pass->owner, tracee, left);
}

static void
foreign(void *owner, struct tracee *tracee)
{
	struct pass *pass = owner;

	(void)tracee;
	/* The tracer takes CLONE_UNTRACED out of calls of our own ABI only. */
	pass->strays = true;
	warn(pass, CAUTION_FOREIGN);
}

const struct tracer_hooks pass_tracer_hooks = {
	.born = born,
	.enter = enter,
	.leave = leave,
	.stepped = stepped,
	.exec = exec,
	.dead = dead,
	.foreign = foreign,
};

void
pass_clear(struct pass *pass)
{
	ledger_clear(&pass->ledger);
	handlers_clear(&pass->handlers);
	holds_clear(&pass->holds);
	lost_clear(&pass->lost);
	tally_clear(&pass->tally);
	pass->visits = 0;
	pass->let_go = 0;
	pass->let_go_thread = 0;
	pass->cautions = 0;
	pass->namespaces = false;
	pass->trail_lost = false;
	buf_clear(&pass->unsure);
	buf_clear(&pass->taken);
	pass->strays = false;
	pass->making = 0;
	pass->faults = 0;
	pass->closing = false;
}

void
pass_free(struct pass *pass)
{
	ledger_free(&pass->ledger);
	handlers_free(&pass->handlers);
	holds_free(&pass->holds);
	lost_free(&pass->lost);
	tally_free(&pass->tally);
	buf_free(&pass->unsure);
	buf_free(&pass->taken);
}

/* The names live as long as the program: the table is small. */
const char *
visit_call(const struct visit *visit)
{
	static char *names[1024];
	unsigned number = (unsigned)visit->call.number;

	if (visit->sighting.row)
		return visit->sighting.row->name;
	if (number >= ARRAY_LEN(names))
		return "?";
	if (!names[number])
		names[number] = seccomp_syscall_resolve_num_arch(
			seccomp_arch_native(), (int)number);
	return names[number] ? names[number] : "?";
}

const char *
visit_operation(const struct visit *visit)
{
	return visit->sighting.row ? call_operation(visit->sighting.row,
						    visit->sighting.kind)
				   : visit_call(visit);
}

void
visit_add_object(struct buf *into, const struct visit *visit, int64_t result)
{
	const struct sighting *sighting = &visit->sighting;

	if (sighting->kind == KIND_COUNT)
		return;
	buf_add_text(into, kind_name(sighting->kind));
	if (kind_identity(sighting->kind) == BY_PATH) {
		buf_add_text(into, " ");
		text_add_printable(into, buf_text(&sighting->path),
				   sighting->path.length);
	} else if (sighting->id >= 0 ||
		   (sighting->role == ROLE_GET && result >= 0)) {
		buf_printf(into, " %d",
			   sighting->id >= 0 ? sighting->id : (int)result);
	}
}
