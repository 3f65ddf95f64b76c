// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/mutants.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <string.h>

/* Where an operator looks, and where it adds what it finds. */
struct place {
	const struct csource *source;
	const struct ctokens *tokens;
	const struct cfunction *function;
	const struct cstatement *begins; /* the statement that begins here, or NULL */
	size_t at;
	const char *operation;
	struct mutants *mutants;
};

/* Calls and macros that print, check or annotate: without them, a kernel works as before. */
static const char idle_calls[] =
	"pr_info pr_warn pr_warn_once pr_err pr_debug pr_info_ratelimited pr_warn_ratelimited "
	"pr_err_ratelimited dev_info dev_warn dev_err dev_dbg dev_warn_ratelimited "
	"dev_info_ratelimited dev_err_ratelimited dev_notice pci_info pci_warn pci_err pci_dbg "
	"pci_notice pci_notice_ratelimited pci_info_ratelimited pci_warn_ratelimited printk "
	"might_sleep cond_resched lockdep_assert_held lockdep_assert_held_write lockdep_assert "
	"WARN WARN_ON WARN_ON_ONCE BUG_ON BUILD_BUG_ON trace_vfio_pci_nvgpu_mmap_fault";

/* Replaces the tokens FIRST to LAST by TEXT, which this function takes. */
static void add(const struct place *p, size_t first, size_t last, char *text)
{
	const struct ctoken *items = p->tokens->items;
	size_t begin = csource_beginning(p->source, first);
	struct mutant *mutant = array_add(p->mutants);

	mutant->operation = p->operation;
	mutant->function = p->function->name;
	mutant->line = items[first].line;
	mutant->begin = items[begin].line;
	mutant->from = (size_t)(items[first].text.at - p->source->data);
	mutant->to = (size_t)(items[last].text.at + items[last].text.len - p->source->data);
	mutant->text = text;
}

/* Returns a copy of the source from the token FIRST to LAST. */
static char *copy(const struct place *p, size_t first, size_t last)
{
	const char *from = p->tokens->items[first].text.at;
	struct span end = p->tokens->items[last].text;

	return span_copy((struct span){from, (size_t)(end.at + end.len - from)});
}

static bool is(const struct place *p, size_t at, const char *text)
{
	return ctoken_is(p->tokens, at, text);
}

static size_t pair(const struct place *p, size_t at)
{
	return p->tokens->items[at].pair;
}

/* Returns true if the tokens between FIRST and LAST have one of SIGNS. */
static bool has(const struct place *p, size_t first, size_t last, const char *signs)
{
	for (size_t i = first; i <= last; i++) {
		if (ctoken_among(p->tokens, i, signs))
			return true;
	}
	return false;
}

/* if (X): if (!(X)). Part of a longer condition: == and != */
static void negate(const struct place *p)
{
	size_t open = p->tokens->items[p->at].open;

	if (ctoken_among(p->tokens, p->at, "if while") && is(p, p->at + 1, "(")) {
		cleanup_free char *condition = copy(p, p->at + 1, pair(p, p->at + 1));

		add(p, p->at + 1, pair(p, p->at + 1), text("(!%s)", condition));
		return;
	}
	if (!ctoken_among(p->tokens, p->at, "== !="))
		return;
	if (open != CTOKEN_NONE && ctoken_among(p->tokens, open - 1, "if while") &&
	    !has(p, open, pair(p, open), "&& ||"))
		return;
	add(p, p->at, p->at, strdup(is(p, p->at, "==") ? "!=" : "=="));
}

static void boundary(const struct place *p)
{
	static const char *const other[][2] = {{"<", "<="}, {"<=", "<"}, {">", ">="}, {">=", ">"}};

	for (size_t i = 0; i < ARRAY_SIZE(other); i++) {
		if (is(p, p->at, other[i][0]))
			add(p, p->at, p->at, strdup(other[i][1]));
	}
}

static void connective(const struct place *p)
{
	if (ctoken_among(p->tokens, p->at, "&& ||"))
		add(p, p->at, p->at, strdup(is(p, p->at, "&&") ? "||" : "&&"));
}

/*
 * Returns true if a constant begins at P, a number or the size of something, and stores its last
 * token in *LAST.
 */
static bool is_constant(const struct place *p, size_t *last)
{
	const struct cstatement *statement = csource_statement(p->source, p->at);

	*last = p->at;
	if (statement && statement->declares && p->at > 0 && is(p, p->at - 1, "["))
		return false;
	if (ctoken_kind_is(p->tokens, p->at, CTOKEN_NUMBER))
		return true;
	if (!ctoken_among(p->tokens, p->at, "sizeof offsetof offsetofend") ||
	    !is(p, p->at + 1, "("))
		return false;
	*last = pair(p, p->at + 1);
	return true;
}

static void constant(const struct place *p)
{
	cleanup_free char *old = NULL;
	size_t last;

	if (!is_constant(p, &last))
		return;
	old = copy(p, p->at, last);
	add(p, p->at, last, text("(%s + 1)", old));
	if (strcmp(old, "0"))
		add(p, p->at, last, text("(%s - 1)", old));
}

/* Returns true for -EINVAL and the like at P. */
static bool is_errno(const struct place *p)
{
	struct span name;

	if (!is(p, p->at, "-") || !ctoken_kind_is(p->tokens, p->at + 1, CTOKEN_NAME))
		return false;
	name = p->tokens->items[p->at + 1].text;
	for (size_t i = 0; i < name.len; i++) {
		if (!isupper((unsigned char)name.at[i]) && !isdigit((unsigned char)name.at[i]))
			return false;
	}
	return name.len > 2 && *name.at == 'E';
}

static void error_to_0(const struct place *p)
{
	if (is_errno(p))
		add(p, p->at, p->at + 1, strdup("0"));
	else if (is(p, p->at, "return") && ctoken_among(p->tokens, p->at + 1, "ret err rc r") &&
		 is(p, p->at + 2, ";"))
		add(p, p->at + 1, p->at + 1, strdup("0"));
}

static void other_errno(const struct place *p)
{
	if (is_errno(p))
		add(p, p->at + 1, p->at + 1,
		    strdup(is(p, p->at + 1, "EINVAL") ? "ENOTTY" : "EINVAL"));
}

/* Replaces the statement that begins at P by TEXT. */
static void replace(const struct place *p, const char *text)
{
	add(p, p->begins->first, p->begins->end, strdup(text));
}

static void drop_assignment(const struct place *p)
{
	if (p->begins && p->begins->kind == CSTATEMENT_ASSIGNMENT)
		replace(p, ";");
}

static void drop_bits(const struct place *p)
{
	if (p->begins && p->begins->kind == CSTATEMENT_BITS)
		replace(p, ";");
}

static void drop_call(const struct place *p)
{
	if (p->begins && p->begins->kind == CSTATEMENT_CALL)
		replace(p, ";");
}

static void return_early(const struct place *p)
{
	if (p->begins && p->begins->kind != CSTATEMENT_OTHER)
		replace(p, p->function->is_void ? "return;" : "return 0;");
}

/* Returns the end of the argument that begins at AT, in brackets that end at CLOSE. */
static size_t argument_end(const struct place *p, size_t at, size_t close)
{
	while (at < close && !is(p, at, ","))
		at = pair(p, at) > at ? pair(p, at) + 1 : at + 1;
	return at;
}

/*
 * Returns true if two arguments may have the same type, as far as that can be seen without types.
 * The compiler refuses pointers that are not compatible.
 */
static bool may_swap(const struct place *p, size_t one, size_t two, const char *first,
		     const char *second)
{
	return strcmp(first, second) && !ctoken_kind_is(p->tokens, one, CTOKEN_TEXT) &&
	       !ctoken_kind_is(p->tokens, two, CTOKEN_TEXT) && is(p, one, "&") == is(p, two, "&");
}

static void swap_arguments(const struct place *p)
{
	size_t close;

	if (!ctoken_kind_is(p->tokens, p->at, CTOKEN_NAME) || !is(p, p->at + 1, "(") ||
	    ctoken_among(p->tokens, p->at, "if while for switch return sizeof"))
		return;
	close = pair(p, p->at + 1);
	for (size_t one = p->at + 2, comma; one < close; one = comma + 1) {
		cleanup_free char *first = NULL, *second = NULL;
		size_t end;

		comma = argument_end(p, one, close);
		if (comma >= close)
			break;
		end = argument_end(p, comma + 1, close);
		first = copy(p, one, comma - 1);
		second = copy(p, comma + 1, end - 1);
		if (may_swap(p, one, comma + 1, first, second))
			add(p, one, end - 1, text("%s, %s", second, first));
	}
}

static const struct {
	const char *name;
	void (*find)(const struct place *place);
} operators[] = {
	{"negate", negate},
	{"boundary", boundary},
	{"connective", connective},
	{"constant", constant},
	{"error-to-0", error_to_0},
	{"other-errno", other_errno},
	{"drop-assignment", drop_assignment},
	{"drop-bits", drop_bits},
	{"drop-call", drop_call},
	{"swap-arguments", swap_arguments},
	{"return-early", return_early},
};

/* Returns true if P is in a call that only prints or checks. */
static bool is_idle(const struct place *p)
{
	size_t begin = csource_beginning(p->source, p->at);

	return ctoken_among(p->tokens, begin, idle_calls);
}

static void find_in(const struct csource *source, const struct cfunction *function,
		    struct mutants *mutants)
{
	for (size_t at = function->first + 1; at < function->end; at++) {
		struct place place = {.source = source,
				      .tokens = &source->tokens,
				      .function = function,
				      .begins = csource_statement(source, at),
				      .at = at,
				      .mutants = mutants};

		if (place.begins && place.begins->first != at)
			place.begins = NULL;
		if (is_idle(&place))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
			place.operation = operators[i].name;
			operators[i].find(&place);
		}
	}
}

void mutants_find(const struct csource *source, struct mutants *mutants)
{
	for (size_t i = 0; i < source->functions.count; i++)
		find_in(source, &source->functions.items[i], mutants);
}

void mutants_free(struct mutants *mutants)
{
	for (size_t i = 0; i < mutants->count; i++)
		free(mutants->items[i].text);
	free(mutants->items);
	*mutants = (struct mutants){0};
}
