/* SPDX-License-Identifier: MIT */
/* end.h - how a process ended, wait(2), in words. */
#ifndef MODEL_END_H
#define MODEL_END_H

#include "base/buf.h"

/* Append "exited with 1" or "was ended by SIGTERM". */
void end_add_text(struct buf *into, int status);

/* Append "exit:1" or "signal:SIGTERM", the form in JSON. */
void end_add_code(struct buf *into, int status);

#endif
