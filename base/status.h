/* SPDX-License-Identifier: MIT */
/* status.h - the exit statuses that both programs share. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_FINDINGS = 1,	     /* --error-exitcode replaces it */
	STATUS_USAGE = 2,	     /* wrong arguments, unusable input */
	STATUS_GOLDEN = 3,	     /* the run without a fault is bad */
	STATUS_NO_SITES = 4,	     /* nothing to inject at */
	STATUS_INCOMPLETE = 5,	     /* no finding, but not all was seen */
	STATUS_INTERNAL = 70,	     /* EX_SOFTWARE of sysexits.h */
	STATUS_CANNOT_RUN = 77,	     /* "skipped" to Automake and Meson */
	STATUS_NOT_EXECUTABLE = 126, /* as the shell has it */
	STATUS_NOT_FOUND = 127,	     /* as the shell has it */
	STATUS_SIGNAL = 128,	     /* plus the number of the signal */
};

#endif
