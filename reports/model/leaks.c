// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/leaks.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <stdio.h>
#include <string.h>

static void add_stack(struct leak *leak, const char *stack)
{
	cleanup_free char *frames = printable(stack);
	char *rest = frames, *frame;

	while ((frame = rest) && *frame) {
		rest = strstr(frame, " < ");
		if (rest) {
			*rest = '\0';
			rest += 3;
		}
		list_add(&leak->stack, frame);
	}
}

void leaks_add(struct results *results, const char *kernel, const char *machine, const char *line,
	       const struct known *known)
{
	struct leak *leak = array_add(&results->leaks);
	char name[256] = "";
	const char *reason;
	int stack = 0;

	leak->kernel = text("%s", kernel);
	leak->machine = text("%s", machine);
	sscanf(line, "%u %u %255s %n", &leak->times, &leak->bytes, name, &stack);
	if (strcmp(name, "-"))
		leak->name = printable(name);
	add_stack(leak, line + stack);
	reason = known_trace(known, kernel, name, &leak->stack);
	if (reason)
		leak->known = printable(reason);
}

unsigned int leaks_count(const struct results *results, const char *kernel)
{
	unsigned int count = 0;

	for (size_t i = 0; i < results->leaks.count; i++) {
		const struct leak *leak = &results->leaks.items[i];

		if (!leak->known && (!kernel || !strcmp(kernel, leak->kernel)))
			count++;
	}
	return count;
}

bool leaks_same(const struct leak *a, const struct leak *b)
{
	if (strcmp(a->kernel, b->kernel) != 0 || a->stack.count != b->stack.count)
		return false;
	for (size_t i = 0; i < a->stack.count; i++)
		if (strcmp(a->stack.items[i], b->stack.items[i]) != 0)
			return false;
	return true;
}
