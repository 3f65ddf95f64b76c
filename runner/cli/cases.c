// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cases.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "base/pci", "msix[edu]": what is on both sides of WHERE; false where that is not there. */
static bool part_at(char *line, char where, char **after)
{
	char *at = strchr(line, where);

	if (!at || at == line || !at[1])
		return false;
	*at = '\0';
	*after = at + 1;
	return true;
}

static int take_line(struct choice *choice, const char *line)
{
	cleanup_free char *kernel = text("%s", line);
	char *machine, *scenario, *dut, *end;

	if (!part_at(kernel, ' ', &scenario) || !part_at(kernel, '/', &machine) ||
	    !part_at(scenario, '[', &dut))
		return -EINVAL;
	end = strchr(dut, ']');
	if (!end || end == dut || end[1])
		return -EINVAL;
	*end = '\0';
	list_add_once(&choice->kernels, kernel);
	list_add_once(&choice->machines, machine);
	list_add_once(&choice->scenarios, scenario);
	list_add_once(&choice->duts, dut);
	json_object_object_add(choice->cases, line, json_object_new_boolean(false));
	return 0;
}

static void forget(struct choice *choice)
{
	enum stop stop = choice->stop;
	const char *accel = choice->accel;
	unsigned int lanes = choice->lanes, timeout = choice->timeout;

	choice_free(choice);
	*choice = (struct choice){.stop = stop, .accel = accel, .lanes = lanes, .timeout = timeout};
	choice->cases = json_object_new_object();
}

int cases_read(const char *path, struct choice *choice, struct buf *why)
{
	cleanup_free char *content = NULL;
	int err = file_read(path, &content, NULL);
	unsigned int number = 0;
	char *rest = content;

	if (err) {
		buf_printf(why, "cannot read the cases in %s: %s", path, strerror(-err));
		return err;
	}
	forget(choice);
	for (char *line; (line = strsep(&rest, "\n"));) {
		number++;
		if (!*line || !take_line(choice, line))
			continue;
		buf_printf(why, "%s, line %u: '%s' is not KERNEL/MACHINE SCENARIO[DUT]", path, number, line);
		return -EINVAL;
	}
	if (json_object_object_length(choice->cases))
		return 0;
	buf_printf(why, "%s names no case", path);
	return -EINVAL;
}
