/* SPDX-License-Identifier: MIT */
/* paths.c - paths of files as other tools want them. */
#include "reports/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct part {
	const char *start;
	size_t length;
};

static bool
is_part(const struct part *part, const char *text)
{
	return part->length == strlen(text) &&
	       memcmp(part->start, text, part->length) == 0;
}

/* @part is what comes next after @count @parts. Returns how many there are. */
static size_t
follow(struct part *parts, size_t count, const struct part *part, bool absolute)
{
	if (!part->length || is_part(part, "."))
		return count;
	if (is_part(part, "..")) {
		if (count && !is_part(&parts[count - 1], ".."))
			return count - 1;
		if (absolute)
			return count;
	}
	parts[count] = *part;
	return count + 1;
}

void
paths_add_normal(struct buf *into, const char *path)
{
	bool absolute = *path == '/';
	struct part *parts = mem_alloc((strlen(path) / 2 + 1) * sizeof(*parts));
	size_t count = 0;

	for (const char *next = path; *next; next += strspn(next, "/")) {
		const struct part part = {next, strcspn(next, "/")};

		count = follow(parts, count, &part, absolute);
		next += part.length;
	}
	if (absolute)
		buf_add_text(into, "/");
	else if (!count)
		buf_add_text(into, ".");
	for (size_t i = 0; i < count; i++) {
		buf_add_text(into, i ? "/" : "");
		buf_add(into, parts[i].start, parts[i].length);
	}
	free(parts);
}

/* A colon, too: what stands before the first one would be a scheme. */
static void
add_encoded(struct buf *into, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/";

	for (; *path; path++) {
		if (strchr(plain, *path))
			buf_add(into, path, 1);
		else
			buf_printf(into, "%%%02X", (unsigned char)*path);
	}
}

static bool
leads_above(const char *normal)
{
	return strncmp(normal, "..", 2) == 0 &&
	       (normal[2] == '/' || !normal[2]);
}

bool
paths_is_below(const char *normal)
{
	return *normal != '/' && !leads_above(normal);
}

void
paths_add_uri(struct buf *into, const char *path, const char *directory)
{
	CLEANUP_BUF struct buf whole = {0};
	CLEANUP_BUF struct buf normal = {0};

	paths_add_normal(&normal, path);
	if (leads_above(buf_text(&normal)) && directory && *directory == '/') {
		buf_printf(&whole, "%s/%s", directory, path);
		buf_clear(&normal);
		paths_add_normal(&normal, buf_text(&whole));
	}
	if (*buf_text(&normal) == '/')
		buf_add_text(into, "file://");
	add_encoded(into, buf_text(&normal));
}
