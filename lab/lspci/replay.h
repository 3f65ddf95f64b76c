/* SPDX-License-Identifier: GPL-2.0-only */
/* What a log of accesses on the real machine has of a device of a dump. */
#ifndef LAB_LSPCI_REPLAY_H
#define LAB_LSPCI_REPLAY_H

#include "lab/devlog/script.h"
#include "lab/lspci/lspci-device.h"

/*
 * Make the script of F, which is DEVICE, from LOG. ONLY: the model has no other device of the
 * machine. Registers of config space are in it if no specification defines them. Returns and errors
 * are those of replay_script().
 */
int lspci_replay(const struct replay_log *log, const struct lspci_function *f,
		 const struct lspci_device *device, bool only, struct replay_script *script,
		 struct buf *why);

#endif
