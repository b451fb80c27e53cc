/* SPDX-License-Identifier: MIT */
/* sarif_part.h - for reports/sarif*.c only. */
#ifndef REPORTS_SARIF_PART_H
#define REPORTS_SARIF_PART_H

#include <jansson.h>

#include "reports/results.h"

/* What relative URIs are relative to, as other tools call it. */
#define SARIF_BASE "%SRCROOT%"

/* {"text": ...} */
json_t *sarif_message(const char *text);
/* A URI of @path, relative to the run's base where that can be. */
json_t *sarif_artifact(const struct results *results, const char *path);
/* A result object, without the index of its rule. */
json_t *sarif_result(const struct results *results,
		     const struct result_finding *finding);

#endif
