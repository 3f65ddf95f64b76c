// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/model-check.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Add WORD for the shell. */
static void add_quoted(struct buf *command, const char *word)
{
	buf_puts(command, " '");
	for (; *word; word++)
		buf_printf(command, *word == '\'' ? "'\\%c'" : "%c", *word);
	buf_puts(command, "'");
}

/* The command that makes MODEL in the folder of the machine, and prints what is wrong with it. */
static void model_command(const struct settings *settings, const struct machine *machine,
			  const struct machine_model *model, struct buf *command)
{
	cleanup_free char *folder =
		text("%.*s", (int)(strrchr(machine->path, '/') - machine->path), machine->path);
	cleanup_free char *device = text("%s/libexec/device", settings->out);
	cleanup_list struct list params = {0};

	buf_puts(command, "cd");
	add_quoted(command, *folder ? folder : "/");
	buf_puts(command, " && exec");
	add_quoted(command, device);
	add_quoted(command, model->model);
	list_add_split(&params, model->params, " ");
	for (size_t i = 0; i < params.count; i++)
		add_quoted(command, params.items[i]);
	if (model->fault) {
		buf_puts(command, " --fault");
		add_quoted(command, model->fault);
	}
	buf_puts(command, " --config 2>&1 >/dev/null");
}

static int check_model(const struct settings *settings, const struct machine *machine,
		       const struct machine_model *model, struct buf *why)
{
	static const char prefix[] = "device: ";
	cleanup_buf struct buf command = BUF_INIT;
	cleanup_free char *line = NULL;
	const char *reason;
	size_t size = 0;
	FILE *output;
	ssize_t len;

	model_command(settings, machine, model, &command);
	output = popen(command.data, "re");
	len = output ? getline(&line, &size, output) : -1;
	if (output && !pclose(output))
		return 0;
	reason = len > 0 ? line : "cannot be checked";
	if (!strncmp(reason, prefix, strlen(prefix)))
		reason += strlen(prefix);
	machine_complain(machine, model->line, why);
	buf_printf(why, "model of '%s': %.*s", model->name, (int)strcspn(reason, "\n"), reason);
	return -EINVAL;
}

/* Whether MACHINE is one of the lab's, or made by the lab. */
static bool is_ours(const struct settings *settings, const struct machine *machine)
{
	cleanup_free char *lab = text("%s/lab/machines/", settings->top);
	cleanup_free char *made = text("%s/lspci/", settings->out);

	return !strncmp(machine->path, lab, strlen(lab)) ||
	       !strncmp(machine->path, made, strlen(made));
}

int models_check(const struct settings *settings, const struct machine *machine, struct buf *why)
{
	int err = 0;

	if (is_ours(settings, machine))
		return 0;
	for (size_t i = 0; i < machine->model_count && !err; i++)
		err = check_model(settings, machine, &machine->models[i], why);
	return err;
}
