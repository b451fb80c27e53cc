/* SPDX-License-Identifier: MIT */
/*
 * sysvipc.c - fuzz: /proc/sysvipc/shm, sem and msg. Columns may be added by any
 * kernel; what they mean to us is told, the rest passed over.
 */
#include "leakcheck/sysv_proc.h"
#include "model/object_json.h"
#include "tests/fuzz/fuzz.h"

#define CLEANUP_OBJECTS CLEANUP(object_list_free)

static void
check_object(const struct object *object)
{
	CLEANUP_BUF struct buf text = {0};

	MUST(object_knows(object, FIELD_ID) &&
	     object_knows(object, FIELD_MODE));
	MUST(object->mode <= 0777);
	MUST(!object_knows(object, FIELD_VALUES));
	object_add_name(&text, object);
	object_add_details(&text, object);
	fuzz_add_json(&text, object_to_json(object));
	MUST(fuzz_is_plain(&text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_OBJECTS struct object_list list = {0};
	CLEANUP_BUF struct buf text = {0};
	struct fuzz_bytes bytes = {data, size};
	enum kind kind = (enum kind)(fuzz_byte(&bytes) % 3);
	struct err err = {0};

	buf_add(&text, bytes.next, bytes.left);
	if (sysv_proc_parse(kind, buf_text(&text), true, &list, &err)) {
		MUST(fuzz_is_explained(&err));
		return 0;
	}
	for (size_t i = 0; i < list.count; i++)
		check_object(&list.items[i]);
	return 0;
}
