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
#include "reports/class_id.h"
#include "reports/survey.h"

static struct leak_class *
find_class(const struct classes *classes, const char *id)
{
	for (size_t i = 0; i < classes->count; i++)
		if (strcasecmp(classes->items[i].id, id) == 0)
			return &classes->items[i];
	return NULL;
}

const struct leak_class *
classes_find(const struct classes *classes, const char *id)
{
	return find_class(classes, id);
}

/* What is known of one trial while its findings are added. */
struct taking {
	struct classes *classes;
	const struct log *log;
	const struct memory *memory; /* NULL: there is none */
	bool strict;
	bool counts; /* what excuses something is told so, memory.h */
	/* The same without the baseline, which asks for it; NULL: not known. */
	const struct classes *unaided;
};

static const struct site *
site_of(const struct log *log, const char *id)
{
	return id ? log_site(log, id) : NULL;
}

static struct leak_class *
add_class(const struct taking *taking, const struct class_name *name,
	  const char *id)
{
	struct classes *classes = taking->classes;
	struct leak_class *class = find_class(classes, id);

	if (class)
		return class;
	classes->items = mem_grow(classes->items, classes->count + 1,
				  sizeof(*classes->items));
	class = &classes->items[classes->count++];
	*class = (struct leak_class) {
		.verdict = name->verdict,
		.kind = name->kind,
		.created_at = name->created_at,
		.site = site_of(taking->log, name->created_at),
	};
	memcpy(class->id, id, sizeof(class->id));
	return class;
}

/* A finding of a class, as far as the gate is concerned: worse is more. */
static unsigned
rank_of(const struct taking *taking, const struct trial *trial,
	const struct known *known)
{
	const unsigned gates = trial_gates(trial, taking->strict);

	return (gates + (gates && !known)) * VERDICT_COUNT +
	       verdict_badness(trial->verdict);
}

/* One more thing that the same trial shows: the worst stands for all. */
static void
merge_last(const struct taking *taking, struct leak_class *class,
	   const struct trial *run, const struct known *known)
{
	const struct trial **last = &class->trials[class->trial_count - 1];
	const struct known **excuse = &class->excuses[class->trial_count - 1];
	const unsigned rank = rank_of(taking, run, known);
	const unsigned last_rank = rank_of(taking, *last, *excuse);

	if (rank > last_rank) {
		*last = run;
		*excuse = known;
	} else if (rank == last_rank && !known) {
		*excuse = NULL;
	}
}

static void
append_trial(struct leak_class *class, size_t index, const struct trial *run,
	     const struct known *known)
{
	size_t count = class->trial_count++;

	if (!(count & (count - 1))) {
		size_t room = count ? count * 2 : 1;

		class->trials =
			mem_grow(class->trials, room, sizeof(*class->trials));
		class->excuses =
			mem_grow(class->excuses, room, sizeof(*class->excuses));
		class->indexes =
			mem_grow(class->indexes, room, sizeof(*class->indexes));
	}
	class->trials[count] = run;
	class->excuses[count] = known;
	class->indexes[count] = index;
}

/*
 * Several leftovers of one class, in one run or in several of a trial that was
 * repeated, are one trial.
 */
static void
add_trial(const struct taking *taking, struct leak_class *class, size_t index,
	  const struct trial *run, const struct known *known)
{
	const size_t count = class->trial_count;

	if (count && class->indexes[count - 1] == index)
		merge_last(taking, class, run, known);
	else
		append_trial(class, index, run, known);
	/* Once it was left for good it is no mere window. */
	if (class->verdict == VERDICT_WINDOW)
		class->verdict = run->verdict;
}

/* Is given each thing that @trial shows. */
typedef void
visit_finding(const struct taking *taking, const struct trial *trial,
	      const struct class_name *name, const struct leftover *left,
	      void *owner);

/*
 * What a run left that hung, or whose processes stayed, is no finding: they
 * were killed, and perhaps would have tidied up.
 */
static void
each_finding(const struct taking *taking, const struct trial *trial,
	     visit_finding *visit, void *owner)
{
	struct class_name name = {.kind = KIND_COUNT,
				  .verdict = trial->verdict,
				  .created_at = trial->site};

	if (trial->verdict != VERDICT_LEAKED &&
	    trial->verdict != VERDICT_WINDOW) {
		if (verdict_weight(trial->verdict) == WEIGHT_FINDING)
			visit(taking, trial, &name, NULL, owner);
		return;
	}
	for (size_t i = 0; i < trial->left_count; i++) {
		const struct leftover *left = &trial->left[i];

		if (left->expected)
			continue;
		name.kind = left->object.kind;
		name.created_at = left->created_at;
		visit(taking, trial, &name, left, owner);
	}
}

struct search {
	const char *id;
	bool found;
};

static void
compare_id(const struct taking *taking, const struct trial *trial,
	   const struct class_name *name, const struct leftover *left,
	   void *owner)
{
	struct search *search = owner;
	char id[TRIAL_SHORT_ID + 1];

	(void)taking;
	(void)trial;
	(void)left;
	class_id_make(name, id);
	search->found |= strcasecmp(id, search->id) == 0;
}

bool
classes_shows(const struct trial *trial, const char *id)
{
	struct search search = {.id = id};

	each_finding(NULL, trial, compare_id, &search);
	return search.found;
}

static size_t
lines_of(const struct taking *taking, const char *id)
{
	const struct leak_class *class =
		taking->unaided ? find_class(taking->unaided, id) : NULL;

	return class ? class->failing_count : 0;
}

static struct known *
find_known(const struct taking *taking, const struct trial *trial,
	   const struct class_name *name, const struct leftover *left,
	   const char *id)
{
	const struct finding finding = {
		.class = id,
		.trial = trial,
		.left = left,
		.site = site_of(taking->log, name->created_at),
		.gates = trial_gates(trial, taking->strict),
		.lines = lines_of(taking, id),
	};

	return taking->memory ? memory_find(taking->memory, &finding) : NULL;
}

/* Of the findings of a trial: the first excuse, if all have one. */
struct verdict_of_all {
	struct known *known;
	size_t count;
	size_t excused;
};

static void
look_up(const struct taking *taking, const struct trial *trial,
	const struct class_name *name, const struct leftover *left, void *owner)
{
	struct verdict_of_all *all = owner;
	char id[TRIAL_SHORT_ID + 1];
	struct known *known;

	class_id_make(name, id);
	known = find_known(taking, trial, name, left, id);
	if (!all->known)
		all->known = known;
	all->count++;
	all->excused += known != NULL;
}

static struct trial_outcome
outcome_of(const struct taking *taking, const struct trial *trial)
{
	struct verdict_of_all all = {0};

	each_finding(taking, trial, look_up, &all);
	return (struct trial_outcome) {
		.trial = trial,
		.gating = all.excused < all.count &&
			  trial_gates(trial, taking->strict),
		.known = all.excused == all.count ? all.known : NULL,
	};
}

bool
classes_is_known(const struct log *log, const struct trial *trial, bool strict,
		 const struct memory *memory)
{
	const struct taking taking = {
		.log = log, .memory = memory, .strict = strict};

	return outcome_of(&taking, trial).known;
}

/* A run that stands for all those of @trial. */
static const struct trial *
keep_run(struct classes *classes, const struct trial *trial,
	 const struct trial *run)
{
	struct trial *kept = arena_alloc(&classes->arena, sizeof(*kept));

	*kept = *run;
	kept->runs = trial->runs;
	kept->run_count = trial->run_count;
	return kept;
}

/* What is known must not hide what is not: of runs the worst counts. */
static struct trial_outcome
choose_outcome(const struct taking *taking, const struct trial *trial)
{
	struct trial_outcome outcome = outcome_of(taking, trial);

	for (size_t i = 0; outcome.known && i < trial->run_count; i++) {
		struct trial_outcome other =
			outcome_of(taking, &trial->runs[i]);

		if (other.gating &&
		    (!outcome.gating ||
		     verdict_badness(other.trial->verdict) >
			     verdict_badness(outcome.trial->verdict)))
			outcome = (struct trial_outcome) {other.trial, true,
							  outcome.known};
	}
	if (outcome.gating)
		outcome.known = NULL;
	if (outcome.trial != trial)
		outcome.trial = keep_run(taking->classes, trial, outcome.trial);
	return outcome;
}

static int
line_of(const struct site *site)
{
	return site_place(site)->line;
}

/* One function may make several objects of a kind: each is to be mended. */
static void
add_line(struct leak_class *class, const struct site *site)
{
	size_t at = class->other_count;

	if (!class->site || line_of(site) == line_of(class->site))
		return;
	while (at > 0 && line_of(class->others[at - 1]) > line_of(site))
		at--;
	if (at > 0 && line_of(class->others[at - 1]) == line_of(site))
		return;
	class->others = mem_grow(class->others, class->other_count + 1,
				 sizeof(*class->others));
	memmove(&class->others[at + 1], &class->others[at],
		(class->other_count++ - at) * sizeof(*class->others));
	class->others[at] = site;
}

static void
add_failing_line(struct leak_class *class, const struct site *site)
{
	const struct frame *place = site_place(site);
	uint64_t line = place->line > 0 ? (uint64_t)place->line : place->offset;
	size_t at = class->failing_count;

	while (at > 0 && class->failing_lines[at - 1] > line)
		at--;
	if (at > 0 && class->failing_lines[at - 1] == line)
		return;
	class->failing_lines =
		mem_grow(class->failing_lines, class->failing_count + 1,
			 sizeof(*class->failing_lines));
	memmove(&class->failing_lines[at + 1], &class->failing_lines[at],
		(class->failing_count++ - at) * sizeof(*class->failing_lines));
	class->failing_lines[at] = line;
}

/*
 * Where what is @left was made. A line that is suppressed is none for which the
 * baseline is asked, nor one that another may take the place of.
 */
static void
add_lines(const struct taking *taking, struct leak_class *class,
	  const struct trial *trial, const struct leftover *left,
	  const struct known *known)
{
	const struct site *site = site_of(taking->log, left->created_at);

	if (!site)
		return;
	add_line(class, site);
	if (trial_gates(trial, taking->strict) &&
	    !(known && known->by == KNOWN_SUPPRESSED))
		add_failing_line(class, site);
}

static void
add_finding(const struct taking *taking, const struct trial *run,
	    const struct class_name *name, const struct leftover *left,
	    void *owner)
{
	const size_t index = *(const size_t *)owner;
	char id[TRIAL_SHORT_ID + 1];
	struct leak_class *class;
	struct known *known;

	class_id_make(name, id);
	known = find_known(taking, run, name, left, id);
	class = add_class(taking, name, id);
	add_trial(taking, class, index, run, known);
	if (left)
		add_lines(taking, class, run, left, known);
	if (known && taking->counts)
		memory_count(known, &taking->log->trials[index]);
}

/*
 * Each run of a trial shows something of its own: a class that only one has
 * must not hide behind what is worse in another.
 */
static void
add_findings(const struct taking *taking, size_t index)
{
	const struct trial *trial = &taking->log->trials[index];

	if (!trial->run_count)
		each_finding(taking, trial, add_finding, &index);
	for (size_t i = 0; i < trial->run_count; i++) {
		const struct trial *run = &trial->runs[i];

		if (verdict_weight(run->verdict) == WEIGHT_FINDING ||
		    verdict_weight(run->verdict) == WEIGHT_NOTE)
			each_finding(taking,
				     keep_run(taking->classes, trial, run),
				     add_finding, &index);
	}
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
		class_id_make(&name, id);
		if (memcmp(id, class->id, TRIAL_SHORT_ID) == 0)
			return &trial->left[i];
	}
	return NULL;
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

/* What is there of one fault, or of one class, and what of it is excused. */
struct balance {
	size_t there;
	size_t gating; /* nothing excuses them */
	size_t needed; /* the gate would fail for them */
	size_t excused;
	const struct known *known; /* the first excuse */
};

static void
weigh(struct balance *balance, bool gates, const struct known *known)
{
	balance->there++;
	balance->needed += gates;
	balance->gating += gates && !known;
	balance->excused += known != NULL;
	if (!balance->known)
		balance->known = known;
}

static const struct known *
excuse_of(const struct balance *balance)
{
	if (balance->gating ||
	    (!balance->needed && balance->excused < balance->there))
		return NULL;
	return balance->known;
}

static void
count_finding(struct class_fault *fault, const struct trial *trial, bool gates)
{
	if (trial->verdict == VERDICT_WINDOW)
		fault->windows++;
	else
		fault->leaks++;
	if (!fault->first || (gates && !fault->gating))
		fault->first = trial;
	fault->gating |= gates;
}

/*
 * All trials at points of the class, in the log's order, and those that show it
 * elsewhere.
 */
static void
count_faults(const struct taking *taking, struct leak_class *class,
	     const struct survey *survey)
{
	size_t next = 0;

	for (size_t i = 0; i < taking->log->trial_count; i++) {
		const struct trial *trial = taking->classes->outcomes[i].trial;
		bool shows =
			next < class->trial_count && class->indexes[next] == i;
		bool tried = survey_is_alive(survey, i) &&
			     verdict_weight(trial->verdict) != WEIGHT_GAP;

		if (!shows && !tried)
			continue;
		if (!shows && !trial_is_conclusive(trial)) {
			fault_of(class, &trial->fault)->stuck = true;
			continue;
		}
		fault_of(class, &trial->fault)->points++;
		if (shows)
			count_finding(fault_of(class, &trial->fault),
				      class->trials[next],
				      trial_gates(class->trials[next],
						  taking->strict) &&
					      !class->excuses[next]);
		next += shows;
	}
}

/* What excuses the class after @fault, NULL: altogether. */
static const struct known *
weigh_trials(const struct taking *taking, const struct leak_class *class,
	     const struct fault *fault)
{
	struct balance balance = {0};

	for (size_t i = 0; i < class->trial_count; i++) {
		const struct trial *trial = class->trials[i];

		if (!fault || fault_equal(&trial->fault, fault))
			weigh(&balance, trial_gates(trial, taking->strict),
			      class->excuses[i]);
	}
	return excuse_of(&balance);
}

static int
compare_faults(const void *left, const void *right)
{
	const struct class_fault *a = left;
	const struct class_fault *b = right;

	return log_compare_faults(&a->fault, &b->fault);
}

static void
complete_class(const struct taking *taking, struct leak_class *class,
	       struct survey *survey)
{
	class->object = survey_mark(survey, class->id);
	count_faults(taking, class, survey);
	class->points = survey_count_points(survey);
	class->known = weigh_trials(taking, class, NULL);
	for (size_t i = 0; i < class->fault_count; i++) {
		struct class_fault *fault = &class->faults[i];

		class->gating |= fault->gating;
		if (taking->memory)
			fault->known =
				weigh_trials(taking, class, &fault->fault);
	}
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
	if (!a->known != !b->known)
		return a->known ? 1 : -1;
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

static void
take_trial(const struct taking *taking, size_t index)
{
	struct classes *classes = taking->classes;
	struct trial_outcome *outcome = &classes->outcomes[index];
	const struct trial *trial;

	*outcome = choose_outcome(taking, &taking->log->trials[index]);
	trial = outcome->trial;
	classes->verdicts[trial->verdict]++;
	if (outcome->known)
		classes->excused[outcome->known->by][trial->verdict]++;
	else
		classes->allowed[trial->verdict] += is_allowed(trial);
	classes->unsteady += is_unsteady(trial);
	if (trial->represents > 1)
		classes->represented += trial->represents - 1;
	add_findings(taking, index);
}

static void
complete(const struct taking *taking)
{
	struct classes *classes = taking->classes;
	CLEANUP_SURVEY struct survey survey;

	survey_make(&survey, taking->log);
	for (size_t i = 0; i < classes->count; i++) {
		struct leak_class *class = &classes->items[i];

		complete_class(taking, class, &survey);
		classes->gating += class->gating;
		if (class->known)
			classes->known[class->known->by]++;
	}
	if (classes->count)
		qsort(classes->items, classes->count, sizeof(*classes->items),
		      compare_classes);
}

static void
make(struct taking *taking)
{
	const struct log *log = taking->log;

	*taking->classes = (struct classes) {.strict = taking->strict,
					     .memory = taking->memory};
	taking->classes->outcomes =
		mem_alloc(log->trial_count * sizeof(struct trial_outcome));
	for (size_t i = 0; i < log->trial_count; i++)
		take_trial(taking, i);
	complete(taking);
}

/* How many lines of a class fail is asked for by the baseline alone. */
static void
make_unaided(struct classes *classes, const struct taking *taking)
{
	const struct memory memory = {.suppressions =
					      taking->memory->suppressions};
	struct taking unaided = *taking;

	unaided.classes = classes;
	unaided.memory = &memory;
	unaided.counts = false;
	make(&unaided);
	classes->memory = NULL;
}

void
classes_make_with(struct classes *classes, const struct log *log, bool strict,
		  struct memory *memory)
{
	CLEANUP_CLASSES struct classes unaided = {0};
	struct taking taking = {
		.classes = classes,
		.log = log,
		.memory = memory,
		.strict = strict,
		.counts = true,
	};

	if (memory && memory->baseline.count) {
		make_unaided(&unaided, &taking);
		taking.unaided = &unaided;
	}
	if (memory)
		memory_start(memory);
	make(&taking);
	if (memory && memory->strict)
		classes->idle = suppressions_count_idle(&memory->suppressions);
}

void
classes_make(struct classes *classes, const struct log *log, bool strict)
{
	classes_make_with(classes, log, strict, NULL);
}

void
classes_free(struct classes *classes)
{
	for (size_t i = 0; i < classes->count; i++) {
		free(classes->items[i].trials);
		free(classes->items[i].excuses);
		free(classes->items[i].indexes);
		free(classes->items[i].others);
		free(classes->items[i].failing_lines);
		free(classes->items[i].faults);
	}
	free(classes->items);
	free(classes->outcomes);
	arena_free(&classes->arena);
	*classes = (struct classes) {0};
}

size_t
classes_warnings(const struct classes *classes)
{
	size_t count = classes->count - classes->gating;

	for (size_t i = 0; i < KNOWN_BY_COUNT; i++)
		count -= classes->known[i];
	return count;
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
	const struct log_runs runs = log_count_runs(log);

	if (classes->gating || classes->idle)
		return GATE_FAILED;
	if (classes->verdicts[VERDICT_NOT_REACHED] ||
	    classes->verdicts[VERDICT_BROKEN] || says_nothing(classes, log) ||
	    runs.made < runs.planned)
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
