// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool lspci_same_place(const struct lspci_function *a, const struct lspci_function *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot &&
	       a->function == b->function;
}

/* Add to INTO what FROM, of the same address, has beyond it; FROM becomes empty. */
static int add(struct lspci_function *into, struct lspci_function *from, struct buf *why)
{
	if ((into->text.count && from->text.count) || (into->hex && from->hex)) {
		buf_printf(why, "%s is in it twice, in lines %u and %u: remove one", from->address,
			   into->line, from->line);
		return -EINVAL;
	}
	if (from->text.count) {
		list_free(&into->text);
		into->text = from->text;
		from->text = (struct list){0};
	}
	if (from->hex) {
		memcpy(into->bytes, from->bytes, sizeof(into->bytes));
		into->hex = from->hex;
	}
	/* With -nn, it has numbers as well. */
	if (strlen(from->title) > strlen(into->title)) {
		char *title = into->title;

		into->title = from->title;
		from->title = title;
	}
	free(from->address);
	free(from->title);
	list_free(&from->text);
	return 0;
}

int lspci_merge(struct lspci_dump *dump, struct buf *why)
{
	size_t kept = 0;

	for (size_t i = 0; i < dump->count; i++) {
		struct lspci_function *same = NULL;
		int err;

		for (size_t k = 0; k < kept && !same; k++)
			if (lspci_same_place(&dump->functions[k], &dump->functions[i]))
				same = &dump->functions[k];
		err = same ? add(same, &dump->functions[i], why) : 0;
		if (err) {
			/* What is between the two has moved to the front. */
			memmove(&dump->functions[kept], &dump->functions[i],
				(dump->count - i) * sizeof(*dump->functions));
			dump->count -= i - kept;
			return err;
		}
		if (!same && kept != i)
			dump->functions[kept] = dump->functions[i];
		kept += !same;
	}
	dump->count = kept;
	return 0;
}
