// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/weights.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

char *weights_path(const char *top)
{
	return text("%s/lab/machines/weights", top);
}

static int take_line(const char *line, struct weights *weights)
{
	char machine[64], dut[64];
	unsigned int ms;
	int end = 0;

	if (*line == '#' || !*line)
		return 0;
	if (sscanf(line, "%63s %63s %u %n", machine, dut, &ms, &end) != 3 || line[end])
		return -EINVAL;
	*array_add(weights) = (struct weight){text("%s", machine), text("%s", dut), ms};
	return 0;
}

int weights_read(const char *path, struct weights *weights, struct buf *why)
{
	cleanup_list struct list lines = {0};
	cleanup_free char *content = NULL;

	*weights = (struct weights){0};
	if (file_read(path, &content, NULL))
		return 0;
	list_add_split(&lines, content, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		if (!take_line(lines.items[i], weights))
			continue;
		buf_printf(why, "%s: '%s' is not 'MACHINE DUT MS'", path, lines.items[i]);
		return -EINVAL;
	}
	return 0;
}

unsigned int weight_of(const struct weights *weights, const char *machine, const char *dut,
		       unsigned int guess)
{
	for (size_t i = 0; i < weights->count; i++)
		if (!strcmp(weights->items[i].machine, machine) &&
		    !strcmp(weights->items[i].dut, dut))
			return weights->items[i].ms;
	return guess;
}

void weights_free(struct weights *weights)
{
	for (size_t i = 0; i < weights->count; i++) {
		free(weights->items[i].machine);
		free(weights->items[i].dut);
	}
	free(weights->items);
	*weights = (struct weights){0};
}
