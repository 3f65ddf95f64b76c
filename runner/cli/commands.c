// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/alloc.h"
#include "runner/cli/manual.h"

#include <ctype.h>
#include <string.h>

static int by_name(const void *left, const void *right)
{
	const struct command *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

struct command_list commands_sorted(void)
{
	struct command_list list = {0};

	for_each_command (at) {
		if ((*at)->hidden)
			continue;
		list.items = one_more(list.items, list.count, sizeof(*list.items));
		list.items[list.count++] = *at;
	}
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), by_name);
	return list;
}

void options_visit(const struct argp *argp, option_visitor *visit, void *context)
{
	const struct argp_option *option = argp->options;
	const struct argp_child *child = argp->children;

	for (; option && (option->name || option->key || option->doc); option++)
		if (option->name && !(option->flags & OPTION_HIDDEN))
			visit(context, option);
	for (; child && child->argp; child++)
		options_visit(child->argp, visit, context);
}

bool option_has_letter(const struct argp_option *option)
{
	return option->key > 0 && option->key < 0x80 && isgraph(option->key);
}
