/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command in a guest, or a user at its shell, needs to know about the DUTs. */
#ifndef SCENARIOS_AGENT_COMMAND_DUTS_H
#define SCENARIOS_AGENT_COMMAND_DUTS_H

#include "scenarios/agent/guest-command.h"

/*
 * Set DUT_NAME=ADDRESS in the environment if the DUT NAME at PATH, or its VF number VF unless that
 * is -1, is present. `_' replaces characters that a shell does not allow in a name:
 * DUT_igb_vf0=0000:07:10.0.
 */
void dut_export(const char *name, const char *path, int vf);

/* The same for each DUT of COMMAND. */
void command_export_duts(const struct guest_command *command);

/*
 * Append to BANNER the kernel, the machine, each DUT with its address and driver, and how to bind
 * one.
 */
void command_banner(const struct guest_command *command, struct buf *banner);

#endif
