// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/tree.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/roots.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define TREES "kernel/trees"

/* The member of TREE that KEY sets; NULL for comments and kernel configuration options. */
static char **member(struct tree *tree, const char *key)
{
	const struct {
		const char *key;
		char **member;
	} members[] = {
		{"about", &tree->about}, {"tree", &tree->base},		{"source", &tree->source},
		{"cc", &tree->cc},	 {"prebuilt", &tree->prebuilt}, {"series", &tree->series},
		{"known", &tree->known},
	};

	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (!strcmp(members[i].key, key))
			return members[i].member;
	return NULL;
}

/* Parse "KEY = VALUE". Ignores other lines: kernel/build reports them. */
static void take_line(struct tree *tree, char *line)
{
	char *equals = strchr(line, '=');
	const char *value;
	char **set;

	if (!equals)
		return;
	*equals = '\0';
	line[strcspn(line, " ")] = '\0';
	value = equals + 1 + strspn(equals + 1, " ");
	set = member(tree, line);
	if (!set)
		return;
	free(*set);
	*set = text("%s", value);
}

static int read_file(const struct list *roots, const char *name, struct tree *tree, struct buf *why)
{
	cleanup_free char *path = roots_find(roots, TREES, name);
	cleanup_free char *content = NULL;
	char *rest;
	int err = path ? file_read(path, &content, NULL) : -ENOENT;

	if (err) {
		buf_printf(why, TREES "/%s: %s", name, strerror(-err));
		return err;
	}
	rest = content;
	for (char *line; (line = strsep(&rest, "\n"));)
		take_line(tree, line);
	return 0;
}

int tree_load(const struct list *roots, const char *name, struct tree *tree, struct buf *why)
{
	cleanup_free char *base = NULL;
	int err;

	*tree = (struct tree){0};
	err = read_file(roots, name, tree, why);
	if (err || !tree->base)
		return err;
	/* The settings of the tree override those of its base. */
	base = text("%s", tree->base);
	tree_free(tree);
	err = read_file(roots, base, tree, why);
	return err ?: read_file(roots, name, tree, why);
}

void tree_free(struct tree *tree)
{
	free(tree->about);
	free(tree->base);
	free(tree->source);
	free(tree->prebuilt);
	free(tree->cc);
	free(tree->series);
	free(tree->known);
	*tree = (struct tree){0};
}

/* Add to NAMES the entries of FOLDER, sorted: directories if DIRECTORIES, otherwise files. */
static void add_entries(const char *folder, bool directories, struct list *names)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		cleanup_free char *path = text("%s/%s", folder, entries[i]->d_name);
		struct stat status;

		if (entries[i]->d_name[0] != '.' && !stat(path, &status) &&
		    !!S_ISDIR(status.st_mode) == directories)
			list_add(names, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void add_flavours(const char *top, struct list *names)
{
	cleanup_free char *folder = text("%s/kernel/config", top);

	add_entries(folder, true, names);
}

void tree_names(const struct list *roots, struct list *names)
{
	cleanup_list struct list folders = {0};

	roots_folders(roots, TREES, &folders);
	for (size_t i = 0; i < folders.count; i++)
		add_entries(folders.items[i], false, names);
}

void tree_kernels(const struct list *roots, struct list *names)
{
	cleanup_list struct list trees = {0}, flavours = {0};

	tree_names(roots, &trees);
	add_flavours(roots->items[0], &flavours);
	for (size_t t = 0; t < trees.count; t++) {
		list_add(names, trees.items[t]);
		for (size_t f = 0; f < flavours.count; f++)
			list_addf(names, "%s+%s", trees.items[t], flavours.items[f]);
	}
}

bool tree_has_flavour(const char *top, const char *name)
{
	cleanup_list struct list flavours = {0};

	add_flavours(top, &flavours);
	return list_has(&flavours, name);
}
