/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine whose DUTs are the devices of an lspci dump. Functions of one slot stay in one slot; a
 * PCI Express endpoint is behind a root port, a conventional device behind a bridge with the others
 * of its bus, and what was on bus 0 is on bus 0 again.
 */
#ifndef RUNNER_PLAN_LSPCI_MACHINE_H
#define RUNNER_PLAN_LSPCI_MACHINE_H

#include "lab/base/buf.h"

#include "lab/lspci/device.h"
#include "runner/plan/settings.h"

#define LSPCI_MACHINE "lspci" /* its name */

/*
 * Write the machine of DUMP to XML, with models that read the dump from FILE. ONLY: addresses of
 * the devices to take, with blanks or commas between; NULL: all that a model can be. NOTES gets a
 * line for each device, what is invented, and what is left out. Returns 0, or -EINVAL with a
 * message in WHY if nothing is left, or more than a machine has slots for.
 */
int lspci_machine_xml(const struct lspci_dump *dump, const struct lspci_ids *ids, const char *file,
		      const char *only, struct buf *xml, struct buf *notes, struct buf *why);

/*
 * Have SETTINGS name a folder of machines, below O=, with this machine alone. DUMP is a file's
 * name, which @ADDRESS[,ADDRESS...] may follow. Returns 0, or -errno with a message in WHY.
 */
int lspci_machine_use(struct settings *settings, const char *dump, struct buf *notes,
		      struct buf *why);

#endif
