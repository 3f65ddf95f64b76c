// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/select.h"

#include "lab/base/cleanup.h"
#include "lab/base/nearest.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <string.h>

/* Up to this number of names, all are listed instead of the nearest. */
#define FEW 8

/* Above this number of names, only the parts before the slash are listed. */
#define MANY 24

static bool excludes(const char *glob)
{
	return *glob == '!';
}

static bool matches(const char *glob, const char *item)
{
	return !fnmatch(glob + excludes(glob), item, 0);
}

bool list_includes(const struct list *globs)
{
	for (size_t i = 0; i < globs->count; i++)
		if (!excludes(globs->items[i]))
			return true;
	return false;
}

/* Returns true if an excluding (or, without EXCLUDING, an including) glob matches ITEM. */
static bool any_matches(const struct list *globs, bool excluding, const char *item)
{
	for (size_t i = 0; i < globs->count; i++)
		if (excludes(globs->items[i]) == excluding && matches(globs->items[i], item))
			return true;
	return false;
}

static bool matches_any(const struct list *all, const char *glob)
{
	for (size_t i = 0; i < all->count; i++)
		if (matches(glob, all->items[i]))
			return true;
	return false;
}

/* Adds the part before the slash of each name, once each. */
static void add_heads(const struct list *all, struct list *heads)
{
	for (size_t i = 0; i < all->count; i++) {
		cleanup_free char *head =
			text("%.*s", (int)strcspn(all->items[i], "/"), all->items[i]);

		list_add_once(heads, head);
	}
}

static void print_choices(const struct list *all, struct buf *why)
{
	cleanup_list struct list heads = {0};
	cleanup_free char *names = NULL;

	if (all->count > MANY)
		add_heads(all, &heads);
	names = list_join(heads.count ? &heads : all, " ");
	buf_printf(why, ": there is %s", names);
}

static void print_nearest(const struct list *near, struct buf *why)
{
	buf_puts(why, ": did you mean ");
	for (size_t i = 0; i < near->count; i++)
		buf_printf(why, "%s%s",
			   !i			 ? ""
			   : i + 1 < near->count ? ", "
						 : " or ",
			   near->items[i]);
	buf_puts(why, "?");
}

/* A name that differs by more edits is a different name. */
static unsigned int tolerance(const char *name)
{
	size_t third = strlen(name) / 3;

	return third ? (unsigned int)third : 1;
}

/* Adds the names of FAMILY in ALL that are nearest to GLOB, at any distance. */
static void add_nearest_of_family(const struct list *all, const char *family, const char *glob,
				  struct list *near)
{
	cleanup_list struct list names = {0};
	cleanup_list struct list found = {0};
	size_t len = strlen(family);

	for (size_t i = 0; i < all->count; i++)
		if (!strncmp(all->items[i], family, len) && all->items[i][len] == '/')
			list_add(&names, all->items[i] + len + 1);
	nearest_names(&names, glob, UINT_MAX, &found);
	for (size_t i = 0; i < found.count; i++)
		list_addf(near, "%s/%s", family, found.items[i]);
}

/*
 * GLOB is FAMILY/NAME with its slash at SLASH. Adds the nearest names of that family, or of the
 * nearest family if it does not exist.
 */
static void add_nearest_names(const struct list *all, const char *glob, const char *slash,
			      struct list *near)
{
	cleanup_free char *family = text("%.*s", (int)(slash - glob), glob);
	cleanup_list struct list heads = {0};
	cleanup_list struct list families = {0};

	add_heads(all, &heads);
	if (list_has(&heads, family))
		list_add(&families, family);
	else
		nearest_names(&heads, family, tolerance(family), &families);
	if (!families.count)
		return;
	if (strcmp(slash, "/*"))
		add_nearest_of_family(all, families.items[0], slash + 1, near);
	for (size_t i = 0; i < families.count && !strcmp(slash, "/*"); i++)
		list_add(near, families.items[i]);
}

void list_suggest(const struct list *all, const char *glob, struct buf *why)
{
	cleanup_list struct list near = {0};
	const char *pattern = glob + excludes(glob);
	const char *slash = strchr(pattern, '/');

	if (slash)
		add_nearest_names(all, pattern, slash, &near);
	else if (all->count > FEW)
		nearest_names(all, pattern, tolerance(pattern), &near);
	if (near.count)
		print_nearest(&near, why);
	else
		print_choices(all, why);
}

/* Every glob must match something, whether it includes or excludes. */
static int check_globs(const struct list *all, const struct list *globs, const char *what,
		       struct buf *why)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (matches_any(all, globs->items[i]))
			continue;
		buf_printf(why, "no %s matches '%s'", what, globs->items[i]);
		list_suggest(all, globs->items[i], why);
		return -ENOENT;
	}
	return 0;
}

static int check_rest(const struct list *globs, const char *what, const struct list *chosen,
		      struct buf *why)
{
	cleanup_free char *all = NULL;

	if (chosen->count || !globs->count)
		return 0;
	all = list_join(globs, " ");
	buf_printf(why, "'%s' excludes every %s", all, what);
	return -ENOENT;
}

/* Adds the items that GLOB, one of GLOBS, includes; NULL includes all. */
static void add_matching(const struct list *all, const char *glob, const struct list *globs,
			 struct list *chosen)
{
	for (size_t i = 0; i < all->count; i++)
		if ((!glob || matches(glob, all->items[i])) &&
		    !any_matches(globs, true, all->items[i]))
			list_add_once(chosen, all->items[i]);
}

int list_select(const struct list *all, const struct list *globs, const char *what,
		struct list *chosen, struct buf *why)
{
	bool includes = list_includes(globs);
	int err = check_globs(all, globs, what, why);

	if (err)
		return err;
	for (size_t i = 0; i < all->count; i++)
		if ((!includes || any_matches(globs, false, all->items[i])) &&
		    !any_matches(globs, true, all->items[i]))
			list_add_once(chosen, all->items[i]);
	return check_rest(globs, what, chosen, why);
}

int list_select_in_order(const struct list *all, const struct list *globs, const char *what,
			 struct list *chosen, struct buf *why)
{
	int err = check_globs(all, globs, what, why);

	if (err)
		return err;
	if (!list_includes(globs))
		add_matching(all, NULL, globs, chosen);
	for (size_t i = 0; i < globs->count; i++)
		if (!excludes(globs->items[i]))
			add_matching(all, globs->items[i], globs, chosen);
	return check_rest(globs, what, chosen, why);
}
