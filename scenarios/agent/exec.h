/* SPDX-License-Identifier: GPL-2.0-only */
/* `mode exec': run one command with its input, output and end on the request channel. */
#ifndef SCENARIOS_AGENT_EXEC_H
#define SCENARIOS_AGENT_EXEC_H

#include "scenarios/agent/channel.h"

#include <stdbool.h>
#include <stddef.h>

struct command {
	bool tty;
	const char *folder;
	char **argv; /* NULL-terminated, pointing into what was parsed; freed by the caller */
};

/* Whether LEN bytes of TEXT are such a piece of work at all. */
bool command_is(const char *text, size_t len);

/* Parse it (docs/protocol.md). 0, or -EINVAL. */
int command_parse(char *text, size_t len, struct command *command);

/* Run it to its end, which the host has been told on return. 0 or -errno. */
int command_run(const struct command *command, struct channel *channel);

#endif
