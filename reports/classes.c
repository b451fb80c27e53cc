/* SPDX-License-Identifier: MIT */
/*
 * classes.c - clustering of findings.
 *
 *	for each trial that shows something:
 *		its classes: of each leftover, or of the site where it hung
 *	for each class:
 *		points while its objects live, what each fault did there
 */
#include "reports/classes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* "src/pool.c:pool_open:shmget" of "0.1/src/pool.c:pool_open:shmget:3". */
static void
add_line_of(struct buf *into, const char *site)
{
	size_t role = site_role_length(site);
	const char *start = site + role + (role > 0);
	const char *end = strrchr(start, ':');

	buf_add(into, start, end ? (size_t)(end - start) : strlen(start));
}

/* What a class is about, before it has a place in the list. */
struct class_name {
	enum verdict verdict;
	enum kind kind;
	const char *created_at;
};

static void
make_id(const struct class_name *name, char id[TRIAL_SHORT_ID + 1])
{
	CLEANUP_BUF struct buf text = {0};

	if (name->created_at)
		add_line_of(&text, name->created_at);
	buf_printf(&text, " %s",
		   name->kind < KIND_COUNT ? kind_name(name->kind)
					   : verdict_name(name->verdict));
	trial_short_id(buf_text(&text), id);
}

static struct leak_class *
find_class(struct classes *classes, const char *id)
{
	for (size_t i = 0; i < classes->count; i++)
		if (memcmp(classes->items[i].id, id, TRIAL_SHORT_ID) == 0)
			return &classes->items[i];
	return NULL;
}

static struct leak_class *
add_class(struct classes *classes, const struct log *log,
	  const struct class_name *name)
{
	char id[TRIAL_SHORT_ID + 1];
	struct leak_class *class;

	make_id(name, id);
	class = find_class(classes, id);
	if (class)
		return class;
	classes->items = mem_grow(classes->items, classes->count + 1,
				  sizeof(*classes->items));
	class = &classes->items[classes->count++];
	*class = (struct leak_class) {
		.verdict = name->verdict,
		.kind = name->kind,
		.created_at = name->created_at,
		.site = name->created_at ? log_site(log, name->created_at)
					 : NULL,
	};
	memcpy(class->id, id, sizeof(id));
	return class;
}

static void
add_trial(struct leak_class *class, const struct trial *trial, bool strict)
{
	size_t count = class->trial_count;

	/* Several leftovers of one class are one trial. */
	if (count && class->trials[count - 1] == trial)
		return;
	if (!(count & (count - 1)))
		class->trials = mem_grow(class->trials, count ? count * 2 : 1,
					 sizeof(*class->trials));
	class->trials[class->trial_count++] = trial;
	/* Once it was left for good it is no mere window. */
	if (class->verdict == VERDICT_WINDOW)
		class->verdict = trial->verdict;
	class->gating |= trial_gates(trial, strict);
}

static void
add_leftovers(struct classes *classes, const struct log *log,
	      const struct trial *trial, bool strict)
{
	for (size_t i = 0; i < trial->left_count; i++) {
		const struct class_name name = {
			.verdict = trial->verdict,
			.kind = trial->left[i].object.kind,
			.created_at = trial->left[i].created_at,
		};

		if (trial->left[i].expected)
			continue;
		add_trial(add_class(classes, log, &name), trial, strict);
	}
}

/*
 * What a run left that hung, or whose processes stayed, is no class: they were
 * killed, and perhaps would have tidied up.
 */
static void
add_finding(struct classes *classes, const struct log *log,
	    const struct trial *trial, bool strict)
{
	const struct class_name name = {
		.verdict = trial->verdict,
		.kind = KIND_COUNT,
		.created_at = trial->site,
	};

	if (trial->verdict == VERDICT_LEAKED ||
	    trial->verdict == VERDICT_WINDOW)
		add_leftovers(classes, log, trial, strict);
	else if (verdict_weight(trial->verdict) == WEIGHT_FINDING)
		add_trial(add_class(classes, log, &name), trial, strict);
}

const struct leftover *
classes_leftover(const struct leak_class *class, const struct trial *trial)
{
	for (size_t i = 0; i < trial->left_count; i++) {
		const struct class_name name = {
			.kind = trial->left[i].object.kind,
			.created_at = trial->left[i].created_at,
		};
		char id[TRIAL_SHORT_ID + 1];

		if (trial->left[i].expected)
			continue;
		make_id(&name, id);
		if (memcmp(id, class->id, TRIAL_SHORT_ID) == 0)
			return &trial->left[i];
	}
	return NULL;
}

/*
 * Moments of the golden run: two for each site, before and return. A window is
 * from the return of what makes an object to the entry of what removes it.
 */
static size_t
moment_of(const struct log *log, const char *site, enum phase phase)
{
	const struct site *found = log_site(log, site);

	if (!found)
		return SIZE_MAX;
	return (size_t)(found - log->sites) * 2 + (phase == PHASE_RETURN);
}

/* What all classes need to know of the log, looked up once. */
struct survey {
	const struct log *log;
	bool strict;
	size_t *moments; /* of each trial; SIZE_MAX: its site is not known */
	char (*ids)[TRIAL_SHORT_ID + 1]; /* the class of each object */
	bool *alive; /* in each moment: is one of the class there? */
	size_t moment_count;
};

static void
survey_make(struct survey *survey, const struct log *log, bool strict)
{
	*survey = (struct survey) {.log = log, .strict = strict};
	survey->moment_count = log->site_count * 2;
	survey->alive = mem_alloc(survey->moment_count + 1);
	survey->moments =
		mem_alloc(log->trial_count * sizeof(*survey->moments));
	survey->ids = mem_alloc(log->object_count * sizeof(*survey->ids));
	for (size_t i = 0; i < log->trial_count; i++)
		survey->moments[i] = moment_of(log, log->trials[i].site,
					       log->trials[i].phase);
	for (size_t i = 0; i < log->object_count; i++) {
		const struct class_name name = {
			.kind = log->objects[i].kind,
			.created_at = log->objects[i].created_at,
		};

		make_id(&name, survey->ids[i]);
	}
}

static void
survey_free(struct survey *survey)
{
	free(survey->alive);
	free(survey->moments);
	free(survey->ids);
}

/* Mark the moments in which an object of the class is alive. */
static void
mark_windows(struct leak_class *class, struct survey *survey)
{
	const struct log *log = survey->log;

	memset(survey->alive, false, survey->moment_count);
	for (size_t i = 0; i < log->object_count; i++) {
		const struct campaign_object *object = &log->objects[i];
		size_t end = survey->moment_count;
		size_t start;

		if (memcmp(survey->ids[i], class->id, TRIAL_SHORT_ID) != 0)
			continue;
		if (!class->object)
			class->object = object;
		start = moment_of(log, object->created_at, PHASE_RETURN);
		if (object->released_at)
			end = moment_of(log, object->released_at,
					PHASE_BEFORE) +
			      1;
		for (size_t at = start; at < end && at < survey->moment_count;
		     at++)
			survey->alive[at] = true;
	}
}

/* Was the trial @index made while an object of the class was alive? */
static bool
was_alive(const struct survey *survey, size_t index)
{
	size_t moment = survey->moments[index];

	return moment < survey->moment_count && survey->alive[moment];
}

static struct class_fault *
fault_of(struct leak_class *class, const struct fault *fault)
{
	for (size_t i = 0; i < class->fault_count; i++)
		if (fault_equal(&class->faults[i].fault, fault))
			return &class->faults[i];
	class->faults = mem_grow(class->faults, class->fault_count + 1,
				 sizeof(*class->faults));
	class->faults[class->fault_count] =
		(struct class_fault) {.fault = *fault};
	return &class->faults[class->fault_count++];
}

static void
count_finding(struct class_fault *fault, const struct trial *trial, bool strict)
{
	bool gates = trial_gates(trial, strict);

	if (trial->verdict == VERDICT_WINDOW)
		fault->windows++;
	else
		fault->leaks++;
	if (!fault->first || (gates && !fault->gating))
		fault->first = trial;
	fault->gating |= gates;
}

/* Does what is left after it say something about the program's cleanup? */
static bool
is_conclusive(const struct trial *trial)
{
	return verdict_weight(trial->verdict) != WEIGHT_FINDING ||
	       trial->verdict == VERDICT_LEAKED;
}

/*
 * All trials at points of the class, in the log's order, and those that show it
 * elsewhere. class->trials is a subsequence of the log's trials.
 */
static void
count_faults(struct leak_class *class, const struct survey *survey)
{
	const struct log *log = survey->log;
	size_t next = 0;

	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];
		bool shows = next < class->trial_count &&
			     class->trials[next] == trial;
		bool tried = was_alive(survey, i) &&
			     verdict_weight(trial->verdict) != WEIGHT_GAP;

		if (!shows && !tried)
			continue;
		if (!shows && !is_conclusive(trial)) {
			fault_of(class, &trial->fault)->stuck = true;
			continue;
		}
		fault_of(class, &trial->fault)->points++;
		if (shows)
			count_finding(fault_of(class, &trial->fault), trial,
				      survey->strict);
		next += shows;
	}
}

/* Trials of one point follow each other: the log is in their order. */
static size_t
count_points(const struct survey *survey)
{
	const size_t *moments = survey->moments;
	size_t count = 0;

	for (size_t i = 0; i < survey->log->trial_count; i++)
		if (was_alive(survey, i) &&
		    (i == 0 || moments[i] != moments[i - 1]))
			count++;
	return count;
}

static int
compare_faults(const void *left, const void *right)
{
	const struct class_fault *a = left;
	const struct class_fault *b = right;

	return log_compare_faults(&a->fault, &b->fault);
}

static void
complete_class(struct leak_class *class, struct survey *survey)
{
	mark_windows(class, survey);
	count_faults(class, survey);
	class->points = count_points(survey);
	qsort(class->faults, class->fault_count, sizeof(*class->faults),
	      compare_faults);
}

static size_t
gating_faults(const struct leak_class *class)
{
	size_t count = 0;

	for (size_t i = 0; i < class->fault_count; i++)
		count += class->faults[i].gating;
	return count;
}

/* The worst first; among equals in program order. */
static int
compare_classes(const void *left, const void *right)
{
	const struct leak_class *a = left;
	const struct leak_class *b = right;
	size_t faults_a = gating_faults(a);
	size_t faults_b = gating_faults(b);

	if (a->gating != b->gating)
		return a->gating ? -1 : 1;
	if (a->verdict != b->verdict)
		return verdict_badness(a->verdict) > verdict_badness(b->verdict)
			       ? -1
			       : 1;
	if (faults_a != faults_b)
		return faults_a > faults_b ? -1 : 1;
	if (a->site != b->site && a->site && b->site)
		return a->site < b->site ? -1 : 1;
	return strcmp(a->id, b->id);
}

static bool
is_unsteady(const struct trial *trial)
{
	size_t counts[VERDICT_COUNT];

	return trial_count_verdicts(trial, counts) > 1;
}

static bool
is_allowed(const struct trial *trial)
{
	return verdict_weight(trial->verdict) == WEIGHT_FINDING &&
	       !trial_gates(trial, false);
}

void
classes_make(struct classes *classes, const struct log *log, bool strict)
{
	struct survey survey;

	*classes = (struct classes) {.strict = strict};
	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];

		classes->verdicts[trial->verdict]++;
		classes->allowed[trial->verdict] += is_allowed(trial);
		classes->unsteady += is_unsteady(trial);
		if (trial->represents > 1)
			classes->represented += trial->represents - 1;
		add_finding(classes, log, trial, strict);
	}
	survey_make(&survey, log, strict);
	for (size_t i = 0; i < classes->count; i++) {
		complete_class(&classes->items[i], &survey);
		classes->gating += classes->items[i].gating;
	}
	survey_free(&survey);
	if (classes->count)
		qsort(classes->items, classes->count, sizeof(*classes->items),
		      compare_classes);
}

void
classes_free(struct classes *classes)
{
	for (size_t i = 0; i < classes->count; i++) {
		free(classes->items[i].trials);
		free(classes->items[i].faults);
	}
	free(classes->items);
	arena_free(&classes->arena);
	*classes = (struct classes) {0};
}

/* Not one of the faults could be made. */
static bool
says_nothing(const struct classes *classes, const struct log *log)
{
	return log->trial_count > 0 &&
	       classes->verdicts[VERDICT_NOT_AVAILABLE] ==
		       (int64_t)log->trial_count;
}

enum gate
classes_gate(const struct classes *classes, const struct log *log)
{
	if (classes->gating)
		return GATE_FAILED;
	if (classes->verdicts[VERDICT_NOT_REACHED] ||
	    classes->verdicts[VERDICT_BROKEN] || says_nothing(classes, log) ||
	    (int64_t)log_run_count(log) < log_planned_runs(log))
		return GATE_INCOMPLETE;
	return GATE_PASSED;
}

/* Those faults after which it was left. */
static struct record_texts
fault_names(const struct leak_class *class, struct arena *arena)
{
	struct record_texts names = {
		.items = arena_alloc(arena, class->fault_count *
						    sizeof(*names.items))};

	for (size_t i = 0; i < class->fault_count; i++) {
		CLEANUP_BUF struct buf name = {0};

		if (!class->faults[i].first)
			continue;
		fault_format(&class->faults[i].fault, &name);
		names.items[names.count++] =
			arena_copy(arena, buf_text(&name), name.length);
	}
	return names;
}

void
classes_summarize(struct classes *classes, const struct log *log,
		  struct campaign_summary *summary)
{
	struct campaign_finding *findings = arena_alloc(
		&classes->arena, classes->count * sizeof(*findings));

	summary->sites = (int64_t)log->site_count;
	summary->trials = (int64_t)log->trial_count;
	memcpy(summary->verdicts, classes->verdicts, sizeof(summary->verdicts));
	summary->unsteady = (int64_t)classes->unsteady;
	for (size_t i = 0; i < classes->count; i++) {
		const struct leak_class *class = &classes->items[i];

		findings[i] = (struct campaign_finding) {
			.verdict = class->verdict,
			.kind = class->kind,
			.created_at = class->created_at,
			.faults = fault_names(class, &classes->arena),
			.gating = class->gating,
		};
		memcpy(findings[i].class, class->id, sizeof(class->id));
	}
	summary->findings = findings;
	summary->finding_count = classes->count;
	summary->gate = classes_gate(classes, log);
}
