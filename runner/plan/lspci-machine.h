/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine whose DUTs are the devices of an lspci dump. Functions of one slot stay in one slot; a
 * PCI Express endpoint is behind a root port, a conventional device behind a bridge with the others
 * of its bus, and devices of bus 0 stay on bus 0.
 */
#ifndef RUNNER_PLAN_LSPCI_MACHINE_H
#define RUNNER_PLAN_LSPCI_MACHINE_H

#include "lab/base/buf.h"

#include "lab/lspci/device.h"
#include "runner/plan/settings.h"

#define LSPCI_MACHINE "lspci" /* its name */

/*
 * Write the machine of DUMP to XML, with models that read the dump from FILE. ONLY has the
 * addresses of the devices to use, separated by blanks or commas; NULL: all devices that can be
 * models. NOTES gets a line for each device, with what is invented, and for each that is left out.
 * Returns 0, or -EINVAL with a message in WHY if no device is left, or a machine has too few slots.
 */
int lspci_machine_xml(const struct lspci_dump *dump, const struct lspci_ids *ids, const char *file,
		      const char *only, struct buf *xml, struct buf *notes, struct buf *why);

/*
 * Make a folder of machines below O= that has only this machine, and store it in SETTINGS. DUMP is
 * a file name, optionally followed by @ADDRESS[,ADDRESS...]. Returns 0, or -errno with a message in
 * WHY.
 */
int lspci_machine_use(struct settings *settings, const char *dump, struct buf *notes,
		      struct buf *why);

#endif
