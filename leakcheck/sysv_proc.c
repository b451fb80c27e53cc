/* SPDX-License-Identifier: MIT */
/*
 * sysv_proc.c - System V objects as /proc/sysvipc lists them.
 *
 * One reader for all kinds: the first line names the columns, and the names
 * are those of model/field.def but for a few. What is not known is passed over,
 * so that a new column of a newer kernel does no harm.
 *
 *	       key      msqid perms      cbytes       qnum lspid lrpid   uid ...
 *	      4242          0   600           0          0     0     0  1000 ...
 */
#include "leakcheck/sysv_proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "base/fd.h"
#include "leakcheck/own_proc.h"
#include "model/field.h"

enum { MAX_COLUMNS = 32 };

#define PIDS                                             \
	(FIELD_BIT(FIELD_CPID) | FIELD_BIT(FIELD_LPID) | \
	 FIELD_BIT(FIELD_LSPID) | FIELD_BIT(FIELD_LRPID))

static const char *const files[] = {
	[KIND_SYSV_SHM] = "/proc/sysvipc/shm",
	[KIND_SYSV_SEM] = "/proc/sysvipc/sem",
	[KIND_SYSV_MSG] = "/proc/sysvipc/msg",
};
static_assert(KIND_SYSV == KIND_BIT(ARRAY_LEN(files)) - 1,
	      "a file for each System V kind");

/* Columns that are not called as the fields are. */
static const struct {
	const char *column;
	enum field field;
} renamed[] = {
	{"shmid", FIELD_ID},	  {"semid", FIELD_ID},
	{"msqid", FIELD_ID},	  {"perms", FIELD_MODE},
	{"size", FIELD_BYTES},	  {"cbytes", FIELD_BYTES},
	{"qnum", FIELD_MESSAGES},
};

struct layout {
	enum field fields[MAX_COLUMNS]; /* FIELD_COUNT: none that we know */
	size_t count;
	uint32_t usable; /* FIELD_BIT()s that are there and to be believed */
};

/* No kernel has a column of another type so far. */
static bool
is_number(const struct field_row *row)
{
	return row->type != TYPE_BOOL && row->type != TYPE_STRING &&
	       row->type != TYPE_LIST;
}

static enum field
find_field(enum kind kind, const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_LEN(renamed); i++)
		if (strlen(renamed[i].column) == length &&
		    !memcmp(renamed[i].column, name, length))
			return renamed[i].field;
	for (int i = 0; i < FIELD_COUNT; i++)
		if ((field_rows[i].kinds & KIND_BIT(kind)) &&
		    is_number(&field_rows[i]) &&
		    strlen(field_rows[i].name) == length &&
		    !memcmp(field_rows[i].name, name, length))
			return (enum field)i;
	return FIELD_COUNT;
}

/* The next word of the line at *text, NULL at the end of the line. */
static const char *
next_word(const char **text, size_t *length)
{
	const char *word = *text + strspn(*text, " ");

	*length = strcspn(word, " \n");
	*text = word + *length;
	return *length ? word : NULL;
}

static const char *
next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

/*
 * The pids in a /proc of another pid namespace (a sandbox's, say, where its
 * maker is not inside) are other processes' here.
 */
static bool
has_our_pids(void)
{
	CLEANUP_FD int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return proc >= 0 && own_proc_is(proc);
}

static void
read_layout(struct layout *layout, enum kind kind, bool our_pids,
	    const char **text)
{
	const char *word;
	size_t length;

	*layout = (struct layout) {0};
	while (layout->count < MAX_COLUMNS &&
	       (word = next_word(text, &length))) {
		enum field field = find_field(kind, word, length);

		layout->fields[layout->count++] = field;
		if (field != FIELD_COUNT)
			layout->usable |= FIELD_BIT(field);
	}
	if (!our_pids)
		layout->usable &= ~PIDS;
}

/* 0 stands for no process, or one that is not seen from here, and for never. */
static bool
is_unknown(enum field field, uint64_t value)
{
	return value == 0 && ((PIDS & FIELD_BIT(field)) ||
			      field_rows[field].type == TYPE_TIME);
}

static void
store(struct object *object, enum field field, const char *word)
{
	const struct field_row *row = &field_rows[field];
	void *member = (char *)object + row->offset;
	/* Takes what is signed, too: a minus sign wraps around. */
	uint64_t value = strtoull(word, NULL, row->type == TYPE_OCTAL ? 8 : 10);
	uint32_t half = (uint32_t)value;

	if (is_unknown(field, value))
		return;
	if (row->type == TYPE_U64 || row->type == TYPE_TIME)
		memcpy(member, &value, sizeof(value));
	else
		memcpy(member, &half, sizeof(half));
	object->known |= FIELD_BIT(field);
}

/* Returns false for a line that lacks something that the first one names. */
static bool
read_line(const struct layout *layout, struct object *object, const char **text)
{
	for (size_t i = 0; i < layout->count; i++) {
		enum field field = layout->fields[i];
		size_t length;
		const char *word = next_word(text, &length);

		if (!word)
			return false;
		if (field != FIELD_COUNT && (layout->usable & FIELD_BIT(field)))
			store(object, field, word);
	}
	if (object->kind == KIND_SYSV_SHM) {
		object->marked = object->mode & SHM_DEST;
		object->known |= FIELD_BIT(FIELD_MARKED);
	}
	object->mode &= SYSV_PERMISSION_BITS;
	return true;
}

int
sysv_proc_parse(enum kind kind, const char *text, bool our_pids,
		struct object_list *list, struct err *err)
{
	const uint32_t needed = FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_MODE);
	struct layout layout;

	read_layout(&layout, kind, our_pids, &text);
	if ((layout.usable & needed) != needed)
		return err_set(err, 0, "%s has an unknown form", files[kind]);
	for (text = next_line(text); *text; text = next_line(text)) {
		struct object *object = object_list_add(list, kind);

		if (!read_line(&layout, object, &text))
			return err_set(err, 0, "%s is damaged", files[kind]);
	}
	return 0;
}

int
sysv_proc_read(enum kind kind, struct object_list *list, struct err *err)
{
	CLEANUP_BUF struct buf file = {0};

	if (fd_read_file(AT_FDCWD, files[kind], &file))
		return err_set(err, errno, "reading %s", files[kind]);
	return sysv_proc_parse(kind, buf_text(&file), has_our_pids(), list,
			       err);
}
