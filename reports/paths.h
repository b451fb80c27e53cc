/* SPDX-License-Identifier: MIT */
/*
 * paths.h - paths of files as other tools want them. Nothing is looked up: the
 * files may be on another machine. Paths are any bytes.
 */
#ifndef REPORTS_PATHS_H
#define REPORTS_PATHS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Append @path without what means nothing in it: "./a//b/../c" is "a/c", an
 * empty one is ".". What leads above a relative path stays.
 */
void paths_add_normal(struct buf *into, const char *path);
/* Does what that appends lead to something below where it is seen from? */
bool paths_is_below(const char *normal);
/*
 * Append @path as a URI reference, RFC 3986: relative if it is below the
 * directory that it is relative to, else "file:///...". @directory is that one,
 * NULL: not known, then it is relative in any case.
 */
void paths_add_uri(struct buf *into, const char *path, const char *directory);

#endif
