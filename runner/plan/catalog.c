// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/catalog.h"

#include "lab/base/cleanup.h"
#include "lab/base/select.h"

#include <errno.h>
#include <string.h>

/* "family/name<TAB>needs<TAB>deadline<TAB>file:line<TAB>hidden or -<TAB>summary" */
static bool parse(char *line, struct scenario_info *info)
{
	char *fields[6];

	line[strcspn(line, "\n")] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (!(fields[i] = strsep(&line, "\t")))
			return false;
	*info = (struct scenario_info){
		.name = strdup(fields[0]),
		.needs = strdup(fields[1]),
		.deadline_ms = (unsigned int)strtoul(fields[2], NULL, 10),
		.where = strdup(fields[3]),
		.hidden = !strcmp(fields[4], "hidden"),
		.summary = strdup(fields[5]),
	};
	return true;
}

void catalog_add(struct catalog *catalog, struct scenario_info info)
{
	catalog->scenarios =
		reallocarray(catalog->scenarios, catalog->count + 1, sizeof(*catalog->scenarios));
	if (!catalog->scenarios)
		abort();
	catalog->scenarios[catalog->count++] = info;
}

int catalog_read(const char *agent, struct catalog *catalog, struct buf *why)
{
	cleanup_free char *command = text("'%s' --list", agent);
	FILE *list = popen(command, "re");
	cleanup_free char *line = NULL;
	struct scenario_info info;
	size_t size = 0;
	int status;

	*catalog = (struct catalog){0};
	while (list && getline(&line, &size, list) > 0)
		if (parse(line, &info))
			catalog_add(catalog, info);
	status = list ? pclose(list) : -1;
	if (!status && catalog->count)
		return 0;
	buf_printf(why, "%s lists no scenarios: run make programs", agent);
	return -ENOENT;
}

/* A glob without a slash selects all scenarios of a family. */
static void complete_globs(const struct list *globs, struct list *complete)
{
	for (size_t i = 0; i < globs->count; i++)
		list_addf(complete, "%s%s", globs->items[i],
			  strchr(globs->items[i], '/') ? "" : "/*");
}

/* Whether one of GLOBS spells out the family of NAME. */
static bool asked_for(const struct list *globs, const char *name)
{
	size_t family = strcspn(name, "/");

	for (size_t i = 0; i < globs->count; i++)
		if (!strncmp(globs->items[i], name, family + 1))
			return true;
	return false;
}

static bool is_foreign(const struct scenario_info *info)
{
	return info->suite && !info->own;
}

static bool has_suites(const struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->count; i++)
		if (is_foreign(&catalog->scenarios[i]))
			return true;
	return false;
}

/* Whether INFO can be selected by GLOBS: who names suites and no scenarios wants the suites. */
static bool is_selectable(const struct scenario_info *info, const struct list *globs,
			  const struct list *named, bool suites)
{
	if (list_has(named, info->name))
		return true;
	if (suites && !is_foreign(info) && !list_includes(globs))
		return false;
	return !info->hidden || asked_for(globs, info->name);
}

int catalog_select(const struct catalog *catalog, const struct list *globs,
		   const struct list *named, struct list *names, struct buf *why)
{
	cleanup_list struct list complete = {0};
	cleanup_list struct list all = {0};

	complete_globs(globs, &complete);
	for (size_t i = 0; i < catalog->count; i++)
		if (is_selectable(&catalog->scenarios[i], &complete, named, has_suites(catalog)))
			list_add(&all, catalog->scenarios[i].name);
	return list_select(&all, &complete, "scenario", names, why);
}

const struct scenario_info *catalog_find(const struct catalog *catalog, const char *name)
{
	for (size_t i = 0; i < catalog->count; i++)
		if (!strcmp(catalog->scenarios[i].name, name))
			return &catalog->scenarios[i];
	return NULL;
}

void catalog_free(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->count; i++) {
		free(catalog->scenarios[i].name);
		free(catalog->scenarios[i].needs);
		free(catalog->scenarios[i].where);
		free(catalog->scenarios[i].summary);
		free(catalog->scenarios[i].duts);
	}
	free(catalog->scenarios);
	*catalog = (struct catalog){0};
}
