// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/kconfig-tree.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

/* Parser state between two lines. */
struct reader {
	struct ktree *tree;
	const char *source; /* folder of the kernel */
	struct kscope *scope;
	struct kdef *def; /* the option whose attributes follow, if any */
	bool open_scope;  /* following attributes belong to the scope */
	int depth;	  /* nesting of sourced files */
};

/* Maximum nesting, so that a file that sources itself cannot exhaust the stack. */
#define DEPTH_MAX 50

static int read_file(struct reader *r, const char *name);

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* Returns what follows WORD if LINE begins with WORD as a whole word, else NULL. */
static char *after(char *line, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(line, word, len) || (line[len] && !strchr(" \t\"'(!$", line[len])))
		return NULL;
	return line + len + strspn(line + len, " \t");
}

/*
 * Cuts "if CONDITION" off the end of ATTRIBUTE, which may begin with a string. Returns the
 * condition, or NULL if there is none.
 */
static char *cut_condition(char *attribute)
{
	char *at = attribute;

	if (*at == '"' || *at == '\'')
		at = strchr(at + 1, *at) ?: at;
	for (char *word = at; (word = strstr(word, "if")); word++) {
		bool alone = word == at || strchr(" \t\"'", word[-1]);
		char *condition = after(word, "if");

		if (alone && condition) {
			*word = 0;
			return condition;
		}
	}
	return NULL;
}

static void open_scope(struct reader *r, const char *condition, bool choice)
{
	struct kscope *scope = must(calloc(1, sizeof(*scope)));

	scope->up = r->scope;
	scope->choice = choice;
	scope->made_before = r->tree->scopes;
	r->tree->scopes = scope;
	r->scope = scope;
	r->def = NULL;
	r->open_scope = !condition;
	if (condition)
		list_add(&scope->conditions, condition);
}

static void close_scope(struct reader *r)
{
	if (r->scope)
		r->scope = r->scope->up;
	r->def = NULL;
	r->open_scope = false;
}

static void open_option(struct reader *r, const char *name, const char *file, int line)
{
	struct kdef *def = must(calloc(1, sizeof(*def)));

	def->name = text("%.*s", (int)strcspn(name, " \t"), name);
	def->where = text("%s:%d", file, line);
	def->scope = r->scope;
	def->next = r->tree->defs;
	r->tree->defs = def;
	r->def = def;
	r->open_scope = false;
}

static void add_condition(struct reader *r, const char *condition)
{
	if (r->def)
		list_add(&r->def->conditions, condition);
	else if (r->open_scope)
		list_add(&r->scope->conditions, condition);
}

static void add_prompt(struct reader *r, char *prompt)
{
	const char *condition = cut_condition(prompt);

	if (!r->def || !strchr("\"'", *prompt) || !*prompt)
		return;
	r->def->prompt = true;
	if (condition)
		list_add(&r->def->conditions, condition);
}

static void add_select(struct reader *r, char *target)
{
	const char *condition = cut_condition(target);
	struct kselect *select;

	if (!r->def)
		return;
	select = must(calloc(1, sizeof(*select)));
	select->by = text("%s", r->def->name);
	select->target = text("%.*s", (int)strcspn(target, " \t"), target);
	select->condition = condition ? text("%s", condition) : NULL;
	select->next = r->tree->selects;
	r->tree->selects = select;
}

/* Sources a file such as "arch/$(SRCARCH)/Kconfig", quoted or not. SRCARCH is always x86 here. */
static void source_file(struct reader *r, char *name)
{
	cleanup_buf struct buf path = BUF_INIT;

	name += strspn(name, "\"'");
	name[strcspn(name, "\"'")] = 0;
	while (*name) {
		size_t variable =
			strncmp(name, "$(SRCARCH)", 10) ? strncmp(name, "$SRCARCH", 8) ? 0 : 8 : 10;

		if (variable)
			buf_puts(&path, "x86");
		else
			buf_add(&path, name, 1);
		name += variable ?: 1;
	}
	if (path.len)
		read_file(r, path.data);
}

/* Handles lines that open or close an option or a scope. Returns false for any other LINE. */
static bool structure_line(struct reader *r, char *line, const char *file, int number)
{
	char *rest;

	if ((rest = after(line, "config")) || (rest = after(line, "menuconfig")))
		open_option(r, rest, file, number);
	else if (after(line, "menu"))
		open_scope(r, NULL, false);
	else if (after(line, "choice"))
		open_scope(r, NULL, true);
	else if ((rest = after(line, "if")))
		open_scope(r, rest, false);
	else if (after(line, "endmenu") || after(line, "endchoice") || after(line, "endif"))
		close_scope(r);
	else if (after(line, "comment"))
		r->def = NULL, r->open_scope = false;
	else if ((rest = after(line, "source")) || (rest = after(line, "osource")))
		source_file(r, rest);
	else
		return false;
	return true;
}

static void attribute_line(struct reader *r, char *line)
{
	char *rest;

	if ((rest = after(line, "depends on")) || (rest = after(line, "visible if")))
		add_condition(r, rest);
	else if ((rest = after(line, "select")))
		add_select(r, rest);
	else if ((rest = after(line, "prompt")) || (rest = after(line, "tristate")) ||
		 (rest = after(line, "string")) || (rest = after(line, "hex")) ||
		 (rest = after(line, "int")))
		add_prompt(r, rest);
	else if ((rest = after(line, "bool"))) {
		add_prompt(r, rest);
		if (r->def)
			r->def->bool_only = true;
	} else if (after(line, "def_bool") && r->def) {
		r->def->bool_only = true;
	}
}

/*
 * Takes the next line off REST, including continuation lines after a backslash. NUMBER counts the
 * lines.
 */
static char *next_line(char **rest, int *number)
{
	char *line = *rest;

	if (!line || !*line)
		return NULL;
	for (char *end; (end = strchr(*rest, '\n')); *rest = end + 1) {
		++*number;
		if (end == line || end[-1] != '\\') {
			*end = 0;
			*rest = end + 1;
			return line;
		}
		end[-1] = end[0] = ' ';
	}
	*rest += strlen(*rest);
	return line;
}

static size_t indent_of(const char *line)
{
	size_t width = 0;

	for (; *line == ' ' || *line == '\t'; line++)
		width = *line == '\t' ? (width | 7) + 1 : width + 1;
	return width;
}

static bool is_blank(const char *line)
{
	return !line[strspn(line, " \t\r")];
}

/*
 * Moves REST to the first line after a help text, which is indented less than the first line of the
 * text.
 */
static void skip_help(char **rest, int *number)
{
	size_t indent = 0;

	while (**rest) {
		char *line = *rest, *end = strchrnul(line, '\n');
		char keep = *end;
		bool blank;
		size_t here;

		*end = 0;
		blank = is_blank(line);
		here = indent_of(line);
		*end = keep;
		if (!blank && (indent ? here < indent : !(indent = here)))
			return;
		++*number;
		*rest = keep ? end + 1 : end;
	}
}

/* Removes a comment from LINE; a "#" in a string does not start one. */
static void cut_comment(char *line)
{
	char quote = 0;

	for (; *line && (quote || *line != '#'); line++) {
		if (quote ? *line == quote : *line == '"' || *line == '\'')
			quote = quote ? 0 : *line;
	}
	*line = 0;
}

static void read_text(struct reader *r, char *content, const char *file)
{
	char *rest = content;
	char *line;
	int number = 0;

	while ((line = next_line(&rest, &number))) {
		int here = number;

		line += strspn(line, " \t");
		cut_comment(line);
		if (is_blank(line))
			continue;
		if (after(line, "help") || !strncmp(line, "---help---", 10))
			skip_help(&rest, &number);
		else if (!structure_line(r, line, file, here))
			attribute_line(r, line);
	}
}

static int read_file(struct reader *r, const char *name)
{
	cleanup_free char *path = text("%s/%s", r->source, name);
	cleanup_free char *content = NULL;
	int err = r->depth > DEPTH_MAX ? -ELOOP : file_read(path, &content, NULL);

	if (err)
		return err;
	r->depth++;
	read_text(r, content, name);
	r->depth--;
	return 0;
}

int ktree_read(const char *source, struct ktree *tree)
{
	struct reader reader = {.tree = tree, .source = source};

	return read_file(&reader, "Kconfig");
}

static void free_defs(struct kdef *def)
{
	while (def) {
		struct kdef *next = def->next;

		free(def->name);
		free(def->where);
		list_free(&def->conditions);
		free(def);
		def = next;
	}
}

static void free_selects(struct kselect *select)
{
	while (select) {
		struct kselect *next = select->next;

		free(select->by);
		free(select->target);
		free(select->condition);
		free(select);
		select = next;
	}
}

static void free_scopes(struct kscope *scope)
{
	while (scope) {
		struct kscope *before = scope->made_before;

		list_free(&scope->conditions);
		free(scope);
		scope = before;
	}
}

void ktree_free(struct ktree *tree)
{
	free_defs(tree->defs);
	free_selects(tree->selects);
	free_scopes(tree->scopes);
	*tree = (struct ktree)KTREE_INIT;
}
