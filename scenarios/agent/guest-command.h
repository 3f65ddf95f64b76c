/* SPDX-License-Identifier: GPL-2.0-only */
/* `do exec': run one command; the request channel carries its input, output and exit status. */
#ifndef SCENARIOS_AGENT_GUEST_COMMAND_H
#define SCENARIOS_AGENT_GUEST_COMMAND_H

#include "scenarios/lib/channel.h"

#include <stdbool.h>
#include <stddef.h>

/* A DUT of the machine, as the runner describes it. */
struct command_dut {
	const char *name;
	const char *path;   /* SLOT.FUNCTION, bridge by bridge, from the root bus */
	int vf;		    /* which virtual function of the device at PATH; -1: that device */
	const char *module; /* without which it is not there; NULL: none */
};

/* Strings point into the text that was parsed. */
struct guest_command {
	bool tty;
	bool banner; /* print the guest's banner before the command starts */
	const char *folder;
	const char *kernel, *machine; /* their names, for the banner */
	struct command_dut *duts;
	size_t duts_count;
	char **argv; /* NULL-terminated */
};

/* Returns true if TEXT of LEN bytes is a request to run a command. */
bool command_is(const char *text, size_t len);

/*
 * Parse TEXT of LEN bytes (docs/protocol.md), which must outlast COMMAND. Returns 0, or
 * -EINVAL. Either way the caller frees COMMAND with command_free().
 */
int command_parse(char *text, size_t len, struct guest_command *command);

void command_free(struct guest_command *command);

/* From when on a report of the guest's kernel counts. */
struct command_watch {
	int kmsg; /* the log, or -errno; the caller closes it */
	unsigned long tainted;
};

/* Begin to watch the kernel. */
void command_watch(struct command_watch *watch);

/* The exit status of a command during which the kernel reported a bug. */
#define COMMAND_KERNEL_REPORT 1

/*
 * Run COMMAND to its end and report its exit status to the host. Reports of the guest's
 * kernel since WATCH began go to its standard error, and the status is then
 * COMMAND_KERNEL_REPORT. Blocks. Returns 0 or -errno.
 */
int command_run(const struct guest_command *command, const struct command_watch *watch,
		struct channel *channel);

#endif
