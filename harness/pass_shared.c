/* SPDX-License-Identifier: MIT */
/* pass_shared.c - a pass and objects where others make some, too. */
#include "harness/pass_shared.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ipc.h>

#include "leakcheck/caller.h"
#include "leakcheck/identity.h"

/*
 * Calls that may find what is there, with the flags that say that they may make
 * it, and that they may do nothing else. mknod(2), bind(2), link(2) and
 * rename(2) find nothing. open(2) may be refused for O_CREAT only, see
 * protected_regular in proc_sys_fs(5), so that one keeps it.
 */
static const struct {
	uint64_t creates, only;
	bool finds; /* the same without the first */
} flags_of[ROLE_COUNT] = {
	[ROLE_GET] = {IPC_CREAT, IPC_EXCL, true},
	[ROLE_QUEUE] = {O_CREAT, O_EXCL, true},
	[ROLE_OPEN] = {O_CREAT, O_EXCL, false},
};

/* What changes between our look and the call each time is no chance. */
enum { RETRIES_MAX = 16 };

bool
pass_is_shared(const struct pass *pass, enum kind kind)
{
	return !pass->sandboxed || kind == KIND_FIFO ||
	       kind == KIND_UNIX_SOCKET;
}

bool
pass_shared_makes(const struct pass *pass, const struct sighting *sighting)
{
	return sighting->row && sighting->row->action == ACTION_ACQUIRE &&
	       pass_is_shared(pass, sighting->kind);
}

static const char *
name_made(const struct sighting *sighting)
{
	return buf_text(sighting->role == ROLE_RENAME ? &sighting->new_path
						      : &sighting->path);
}

static struct claim
claim_of(const struct tracee *tracee, const struct visit *visit)
{
	const struct tracee_users users = tracee_users(tracee);
	struct claim claim = {.kind = visit->sighting.kind,
			      .process = tracee_process(tracee),
			      .user = users.files};

	claim_open(&claim);
	if (visit->sighting.role == ROLE_GET) {
		claim.key = (uint32_t)visit->call.args[0];
		claim.user = users.effective;
	}
	return claim;
}

/* What has the name or the key before the call. It may be gone already. */
static void
look_before(struct sighting *sighting)
{
	struct object before = {.kind = sighting->kind,
				.id = sighting->before.id};
	enum identity identity;
	struct err ignored;

	if (sighting->role == ROLE_RENAME || !sighting->there ||
	    (sighting->role == ROLE_GET && before.id < 0))
		return;
	if (kind_identity(before.kind) == BY_PATH)
		before.path = name_made(sighting);
	identity = identity_take(&before, &ignored);
	if (identity == IDENTITY_SAME)
		sighting->before = before;
	else if (identity == IDENTITY_GONE)
		sighting->there = false;
}

/* Does the call take the name from what has it? */
static bool
removes(const struct pass *pass, const struct sighting *sighting)
{
	return sighting->row && sighting->kind != KIND_COUNT &&
	       pass_is_shared(pass, sighting->kind) &&
	       (sighting->row->action == ACTION_RELEASE ||
		(sighting->moves && sighting->there && !sighting->exchanges));
}

void
pass_shared_foresee(const struct pass *pass, struct visit *visit)
{
	const struct sighting *sighting = &visit->sighting;
	struct object now = {.kind = sighting->kind, .id = sighting->id};
	struct err ignored;

	buf_clear(&visit->takes);
	if (!removes(pass, sighting))
		return;
	if (kind_identity(now.kind) == BY_PATH)
		now.path = name_made(sighting);
	/* To mark a segment again does nothing. */
	if (identity_take(&now, &ignored) != IDENTITY_SAME || now.marked ||
	    ledger_whose(&pass->ledger, &now) != WHOSE_OTHERS)
		return;
	now.known |= FIELD_BIT(FIELD_PATH);
	object_add_name(&visit->takes, &now);
}

void
pass_shared_take(struct pass *pass, struct visit *visit)
{
	if (!pass->taken.length)
		buf_add(&pass->taken, visit->takes.data, visit->takes.length);
	buf_clear(&visit->takes);
}

void
pass_shared_undo(struct pass *pass, struct visit *visit)
{
	trail_drop(pass->trail, visit->trail);
	visit->trail = NULL;
}

/* We may be killed while it is made. */
void
pass_shared_begin(struct pass *pass, const struct tracee *tracee,
		  struct visit *visit)
{
	struct sighting *sighting = &visit->sighting;
	int renamed;

	if (!pass_shared_makes(pass, sighting))
		return;
	visit->claim = claim_of(tracee, visit);
	look_before(sighting);
	visit->trail = trail_add(pass->trail, &visit->claim, &sighting->before,
				 name_made(sighting));
	if (!visit->trail)
		pass->trail_lost = true;
	if (!visit->trail || sighting->role != ROLE_RENAME)
		return;
	renamed = ledger_find_sighting(&pass->ledger, sighting);
	if (renamed >= 0)
		trail_made(visit->trail, &pass->ledger.entries[renamed].made);
}

/* Can it only make something, by what it is or by its flags? */
static bool
only_makes(const struct visit *visit)
{
	const struct call_row *row = visit->sighting.row;

	if (!flags_of[row->role].only)
		return true;
	if (row->role == ROLE_GET &&
	    (uint32_t)visit->call.args[0] == IPC_PRIVATE)
		return true;
	return row->mask == flags_of[row->role].creates &&
	       visit->call.args[row->argument] & flags_of[row->role].only;
}

/* creat(2) has no flags, and openat2(2) has them in memory. */
static bool
can_be_amended(const struct visit *visit)
{
	const struct call_row *row = visit->sighting.row;

	return !visit->makes && row->mask == flags_of[row->role].creates &&
	       visit->retries < RETRIES_MAX;
}

/*
 * Between our look and the call another may make what the call then finds, or
 * remove it. So where nothing is there the call must make it, where something
 * is it must find it, and when that fails it is looked at anew.
 */
static void
amend(struct tracee *tracee, struct visit *visit)
{
	const struct call_row *row = visit->sighting.row;
	const uint64_t flags = visit->call.args[row->argument];

	visit->makes = !visit->sighting.there;
	visit->finds = visit->sighting.there && flags_of[row->role].finds;
	visit->amended = visit->makes || visit->finds;
	if (visit->makes)
		tracee_amend(tracee, row->argument,
			     flags | flags_of[row->role].only, -EEXIST);
	else if (visit->finds)
		tracee_amend(tracee, row->argument,
			     flags & ~flags_of[row->role].creates, -ENOENT);
}

void
pass_shared_watch(const struct pass *pass, struct tracee *tracee,
		  struct visit *visit)
{
	bool makes = pass_shared_makes(pass, &visit->sighting);

	visit->makes = makes && only_makes(visit);
	visit->finds = false;
	if (makes && can_be_amended(visit))
		amend(tracee, visit);
	if (!visit->amended)
		tracee_watch(tracee);
}

/*
 * What the call has made, while its thread still stands there. By a descriptor
 * it is certainly that. By its name it may be another's, who was quicker; but
 * then the call's is gone.
 */
static enum identity
look_at_made(const struct pass *pass, const struct tracee *tracee,
	     const struct sighting *sighting, int64_t result,
	     struct object *made)
{
	const struct caller caller = {.proc_dir = pass->proc_dir,
				      .tid = tracee_tid(tracee)};
	struct statx status;
	struct err ignored;

	*made = (struct object) {.kind = sighting->kind};
	if (sighting->role == ROLE_GET)
		made->id = (int)result;
	else
		made->path = name_made(sighting);
	if (sighting->role != ROLE_OPEN && sighting->role != ROLE_QUEUE)
		return identity_take(made, &ignored);
	if (caller_file_status(&caller, (int)result, &status))
		return IDENTITY_UNKNOWN;
	return identity_take_file(made, &status);
}

/* Is what was there before another object? */
static bool
is_another(const struct sighting *sighting)
{
	return object_is_identified(&sighting->before) &&
	       !object_is_same(&sighting->before, &sighting->made);
}

/* A call that may have made or found it: whose is it? */
static void
doubt(struct visit *visit)
{
	struct sighting *sighting = &visit->sighting;

	if (visit->finds || !claim_is_maker(&visit->claim, &sighting->made)) {
		sighting->there = true;
		sighting->before = sighting->made;
	} else if (sighting->there ? is_another(sighting) : visit->retries) {
		sighting->there = false;
		sighting->made = (struct object) {0};
	}
}

static void
look_after(const struct pass *pass, const struct tracee *tracee,
	   struct visit *visit, int64_t result)
{
	struct object made;

	if (result < 0 || !pass_shared_makes(pass, &visit->sighting) ||
	    look_at_made(pass, tracee, &visit->sighting, result, &made) !=
		    IDENTITY_SAME)
		return;
	visit->sighting.made = made;
	if (!visit->makes)
		doubt(visit);
}

/* The record of a name is now of the entry @index, of none if that is -1. */
static void
give_record(struct pass *pass, int index, struct trail_record *record)
{
	struct entry *entry;

	if (index < 0 || !record) {
		trail_drop(pass->trail, record);
		return;
	}
	entry = &pass->ledger.entries[index];
	trail_made(record, &entry->made);
	trail_drop(pass->trail, entry->trail);
	entry->trail = record;
}

/* The ledger has noted the call: so has the trail. */
static void
settle_trail(struct pass *pass, struct visit *visit)
{
	struct ledger *ledger = &pass->ledger;
	struct entry *entry;

	if (ledger->buried >= 0) {
		entry = &ledger->entries[ledger->buried];
		trail_drop(pass->trail, entry->trail);
		entry->trail = NULL;
	}
	if (ledger->named >= 0 && visit->trail) {
		entry = &ledger->entries[ledger->named];
		trail_made(visit->trail, &entry->made);
		give_record(pass, ledger->exchanged, entry->trail);
		entry->trail = visit->trail;
		visit->trail = NULL;
	}
	pass_shared_undo(pass, visit);
}

/* The entry that the call was about, -1: none. */
static int
note(struct pass *pass, struct visit *visit, int64_t result)
{
	int entry = ledger_note(&pass->ledger, &visit->sighting, result,
				visit->number, visit->stack.hash);

	settle_trail(pass, visit);
	return entry;
}

void
pass_shared_end(struct pass *pass, const struct tracee *tracee,
		struct visit *visit, int64_t result)
{
	look_after(pass, tracee, visit, result);
	visit->entry = note(pass, visit, result);
}

/*
 * Killed in the middle of making something, which may be there now. Not where
 * nothing but its last call was known of its stack: it was killed before the
 * call, and the kernel then skips it.
 */
static bool
may_be_made(const struct visit *visit)
{
	const struct sighting *sighting = &visit->sighting;

	return visit->open && visit->made && visit->stack.depth >= 2 &&
	       sighting->row && sighting->row->action == ACTION_ACQUIRE;
}

/* Its result would have said which it is. */
static void
note_lost_id(struct pass *pass, const struct tracee *tracee,
	     struct visit *visit)
{
	struct lost_call call = {.row = visit->sighting.row,
				 .claim = visit->claim,
				 .number = visit->number,
				 .stack = visit->stack.hash};

	if (visit->sighting.there)
		return;
	if (!pass_is_shared(pass, visit->sighting.kind))
		call.claim =
			(struct claim) {.kind = visit->sighting.kind,
					.key = (uint32_t)visit->call.args[0],
					.process = tracee_process(tracee),
					.user = CLAIM_ANY_USER};
	claim_close(&call.claim);
	lost_add(&pass->lost, &call);
	/* The trail goes on with it, until somebody has looked. */
	visit->trail = NULL;
}

/* Of what was renamed it is known what it is: has it got the name? */
static bool
is_renamed(const struct pass *pass, const struct sighting *sighting)
{
	int old = ledger_find_sighting(&pass->ledger, sighting);
	struct object renamed;

	if (old < 0 || !object_is_identified(&sighting->made))
		return false;
	renamed = pass->ledger.entries[old].made;
	renamed.path = sighting->made.path;
	return object_is_same(&renamed, &sighting->made);
}

/*
 * Is what has the name now the call's? Where that cannot be told, the ledger
 * has it as of the target, but not as what was seen.
 */
static bool
has_made_name(const struct pass *pass, struct visit *visit)
{
	struct sighting *sighting = &visit->sighting;
	struct object now = {.kind = sighting->kind,
			     .path = name_made(sighting)};
	struct err ignored;
	enum identity identity = identity_take(&now, &ignored);

	if (identity_is_gone(identity))
		return false;
	if (identity == IDENTITY_SAME)
		sighting->made = now;
	if (sighting->role == ROLE_RENAME)
		return is_renamed(pass, sighting);
	if (identity == IDENTITY_SAME &&
	    (!claim_is_maker(&visit->claim, &now) ||
	     (object_is_identified(&sighting->before) &&
	      !is_another(sighting))))
		return false;
	claim_close(&visit->claim);
	if (!claim_fits(&visit->claim, &now, false))
		sighting->made = (struct object) {0};
	sighting->there = false;
	return true;
}

static void
note_lost_name(struct pass *pass, struct visit *visit)
{
	const struct sighting *sighting = &visit->sighting;

	if (pass_is_shared(pass, sighting->kind)
		    ? !has_made_name(pass, visit)
		    : sighting->there || sighting->moves)
		return;
	note(pass, visit, 0);
}

void
pass_shared_lose(struct pass *pass, const struct tracee *tracee,
		 struct visit *visit)
{
	if (may_be_made(visit) && visit->sighting.role == ROLE_GET)
		note_lost_id(pass, tracee, visit);
	else if (may_be_made(visit))
		note_lost_name(pass, visit);
	pass_shared_undo(pass, visit);
}

void
pass_claim(struct pass *pass, const struct object *object)
{
	const struct lost_call *call;
	struct sighting sighting = {
		.kind = object->kind, .id = -1, .made = *object};

	if (kind_identity(object->kind) != BY_ID ||
	    ledger_find_object(&pass->ledger, object) >= 0)
		return;
	call = lost_find(&pass->lost, object, pass->sandboxed);
	if (!call)
		return;
	sighting.row = call->row;
	sighting.role = call->row->role;
	ledger_note(&pass->ledger, &sighting, object->id, call->number,
		    call->stack);
}
