/* SPDX-License-Identifier: MIT */
/* field.h - the rows of field.def as data, for code that walks all fields. */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include "model/object.h"

enum field_type {
	TYPE_INT,    /* int32_t or pid_t */
	TYPE_UINT,   /* uid_t or gid_t: the upper half is in use, too */
	TYPE_U64,    /* uint64_t */
	TYPE_HEX,    /* uint32_t, "0x0000002a" */
	TYPE_OCTAL,  /* uint32_t, "0600" */
	TYPE_TIME,   /* int64_t */
	TYPE_BOOL,   /* bool */
	TYPE_STRING, /* const char *, any bytes */
	TYPE_LIST,   /* const uint16_t *, object->count of them */
};

struct field_row {
	const char *name;
	enum field_type type;
	size_t offset;	/* of the member in struct object */
	unsigned kinds; /* KIND_BIT()s */
	bool compared;
};

extern const struct field_row field_rows[FIELD_COUNT];

#endif
