/* SPDX-License-Identifier: GPL-2.0-only */
/* A copy of a function's config space, to be written back when the kernel or a reset loses it. */
#ifndef SCENARIOS_LIB_CONFIG_CONFIG_COPY_H
#define SCENARIOS_LIB_CONFIG_CONFIG_COPY_H

#include <stdbool.h>
#include <stdint.h>

#define CONFIG_COPY_WORDS 128

struct config_copy {
	uint16_t word[CONFIG_COPY_WORDS];
};

/* Copy the first 256 bytes of config space at ADDRESS. Returns 0, or -errno. */
int config_copy_take(struct config_copy *copy, const char *address);

/*
 * Returns true if COMMAND or a BAR at ADDRESS differs from COPY. Some device models of QEMU keep
 * their BARs in a reset.
 */
bool config_copy_lost(const struct config_copy *copy, const char *address);

/* Write the words at ADDRESS that differ from COPY, and COMMAND. Errors are ignored. */
void config_copy_put_back(const struct config_copy *copy, const char *address);

#endif
