/* SPDX-License-Identifier: MIT */
/* fuzz.c - what the fuzz targets have in common. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/text.h"

/* "tests/fuzz/log.c:42" */
static void
note_reached(const char *file, int line)
{
	const char *notes = getenv("FUZZ_REACHED");
	FILE *out = notes ? fopen(notes, "ae") : NULL;

	if (!out)
		return;
	fprintf(out, "%s:%d\n", file, line);
	fclose(out);
}

void
fuzz_must(bool holds, const char *what, const char *file, int line,
	  bool *reached)
{
	if (!*reached)
		note_reached(file, line);
	*reached = true;
	if (holds && !getenv("FUZZ_PLANT"))
		return;
	fprintf(stderr, "%s:%d: must hold: %s\n", file, line, what);
	abort();
}

bool
fuzz_is_explained(const struct err *err)
{
	return err->text[0];
}

bool
fuzz_is_same(const struct buf *a, const struct buf *b)
{
	return a->length == b->length &&
	       (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

bool
fuzz_is_plain(const struct buf *text)
{
	if (!text_is_utf8(buf_text(text), text->length))
		return false;
	for (size_t i = 0; i < text->length; i++) {
		unsigned char byte = (unsigned char)text->data[i];

		if ((byte < ' ' && byte != '\n') || byte == 0x7f)
			return false;
	}
	return true;
}

const char *
fuzz_file(const void *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET) ||
	    fd_write_all(fd, data, size))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

FILE *
fuzz_stream(const void *data, size_t size)
{
	FILE *in = fopen(fuzz_file(data, size), "re");

	if (!in)
		abort();
	return in;
}

void
fuzz_add_json(struct buf *into, json_t *json)
{
	CLEANUP_FREE char *text =
		json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));

	if (!text)
		abort();
	json_decref(json);
	buf_printf(into, "%s\n", text);
}

unsigned
fuzz_byte(struct fuzz_bytes *bytes)
{
	if (!bytes->left)
		return 0;
	bytes->left--;
	return *bytes->next++;
}

char *
fuzz_line(struct fuzz_bytes *bytes)
{
	CLEANUP_BUF struct buf line = {0};
	unsigned byte;

	if (!bytes->left)
		return NULL;
	while (bytes->left && (byte = fuzz_byte(bytes)) != '\n')
		if (byte)
			buf_add(&line, &(char) {(char)byte}, 1);
	return mem_strdup(buf_text(&line));
}
