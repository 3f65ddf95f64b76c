// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/kconfig.h"

#include "kernel/tools/lib/kconfig-expr.h"
#include "lab/base/cleanup.h"

#include <string.h>

/* An option without its requested value. */
struct loss {
	const char *name;
	const char *asked;
	const char *got;
	const struct kvalues *values;
	const struct ktree *tree;
};

static void add_unmet(const struct loss *loss, const struct list *conditions, enum tristate wanted,
		      struct list *unmet)
{
	for (size_t i = 0; i < conditions->count; i++)
		expr_unmet(conditions->items[i], loss->values, wanted, unmet);
}

/* Adds the dependencies in DEF that prevent the value WANTED. */
static void unmet_at(const struct loss *loss, const struct kdef *def, enum tristate wanted,
		     struct list *unmet)
{
	add_unmet(loss, &def->conditions, wanted, unmet);
	for (const struct kscope *scope = def->scope; scope; scope = scope->up)
		add_unmet(loss, &scope->conditions, wanted, unmet);
}

/* Returns the definition of NAME after DEF (NULL: the first). */
static const struct kdef *next_def(const struct ktree *tree, const char *name,
				   const struct kdef *def)
{
	for (def = def ? def->next : tree->defs; def; def = def->next) {
		if (!strcmp(def->name, name))
			return def;
	}
	return NULL;
}

/* Returns the options that select this option and are enabled; with ALL, also the disabled ones. */
static char *selectors(const struct loss *loss, bool all)
{
	cleanup_list struct list names = {};

	for (const struct kselect *select = loss->tree->selects; select; select = select->next) {
		bool on = tristate_of(kvalues_get(loss->values, select->by)) &&
			  (!select->condition || expr_value(select->condition, loss->values) > 0);

		if (!strcmp(select->target, loss->name) && (on || all) &&
		    !list_has(&names, select->by))
			list_add(&names, select->by);
	}
	return names.count ? list_join(&names, ", ") : NULL;
}

/* Explains a higher value than requested. */
static void explain_more(const struct loss *loss, struct buf *why)
{
	cleanup_free char *by = selectors(loss, false);
	const struct kdef *def = next_def(loss->tree, loss->name, NULL);

	if (by)
		buf_printf(why, "selected by %s", by);
	else if (def && def->bool_only && !strcmp(loss->asked, "m"))
		buf_puts(why, "it can only be y or n");
	else
		buf_printf(why, "on by default, see %s", def ? def->where : "its Kconfig");
}

static void explain_hidden(const struct loss *loss, const struct kdef *def, struct buf *why)
{
	cleanup_free char *by = selectors(loss, true);

	buf_puts(why, "it cannot be set directly");
	if (by)
		buf_printf(why, "; selected by %s", by);
	else
		buf_printf(why, ", see %s", def->where);
}

/* Explains a lower value although all dependencies are met. */
static void explain_odd(const struct kdef *def, struct buf *why)
{
	for (const struct kscope *scope = def->scope; scope; scope = scope->up) {
		if (scope->choice) {
			buf_printf(why,
				   "it is part of a choice and another option is selected, see %s",
				   def->where);
			return;
		}
	}
	buf_printf(
		why,
		"its dependencies hold; the compiler's abilities or a range may forbid it, see %s",
		def->where);
}

/*
 * Returns the definition with a prompt that has the fewest unmet dependencies, and stores these in
 * UNMET.
 */
static const struct kdef *nearest(const struct loss *loss, enum tristate wanted, struct list *unmet)
{
	const struct kdef *best = NULL;

	for (const struct kdef *def = NULL; (def = next_def(loss->tree, loss->name, def));) {
		struct list lacks = {};

		if (!def->prompt)
			continue;
		/* A bool option can be y if its dependencies are m. */
		unmet_at(loss, def, def->bool_only ? TRI_M : wanted, &lacks);
		if (!best || lacks.count < unmet->count) {
			list_free(unmet);
			*unmet = lacks;
			best = def;
		} else {
			list_free(&lacks);
		}
	}
	return best;
}

/* Explains a lower value than requested, or another string or number. */
static void explain_less(const struct loss *loss, struct buf *why)
{
	const struct kdef *any = next_def(loss->tree, loss->name, NULL);
	enum tristate wanted = !strcmp(loss->asked, "m") ? TRI_M : TRI_Y;
	cleanup_list struct list unmet = {};
	const struct kdef *def = nearest(loss, wanted, &unmet);

	if (!any) {
		buf_puts(why, "this kernel has no such option");
	} else if (!def) {
		explain_hidden(loss, any, why);
	} else if (unmet.count) {
		cleanup_free char *terms = list_join(&unmet, ", ");

		buf_printf(why, "it depends on %s", terms);
	} else {
		explain_odd(def, why);
	}
}

static bool is_tristate(const char *value)
{
	return strlen(value) == 1 && strchr("nmy", *value);
}

static void explain(const struct loss *loss, struct buf *why)
{
	bool both = is_tristate(loss->asked) && is_tristate(loss->got);

	buf_printf(why, "CONFIG_%s: asked for %s, got %s: ", loss->name, loss->asked, loss->got);
	if (both && tristate_of(loss->got) > tristate_of(loss->asked))
		explain_more(loss, why);
	else
		explain_less(loss, why);
}

static bool asked_again(const struct kvalues *asked, size_t i)
{
	for (size_t j = i + 1; j < asked->count; j++) {
		if (!strcmp(asked->items[i].name, asked->items[j].name))
			return true;
	}
	return false;
}

int kconfig_check(const struct kvalues *asked, const struct kvalues *got, const struct ktree *tree,
		  struct list *report)
{
	int lost = 0;

	for (size_t i = 0; i < asked->count; i++) {
		const char *name = asked->items[i].name;
		struct loss loss = {name, asked->items[i].value, kvalues_get(got, name), got, tree};
		cleanup_buf struct buf line = BUF_INIT;

		if (!strcmp(loss.asked, loss.got) || asked_again(asked, i))
			continue;
		explain(&loss, &line);
		list_add(report, line.data);
		lost++;
	}
	return lost;
}
