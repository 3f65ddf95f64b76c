/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine whose DUTs are the devices of an lspci dump. Functions of one slot stay in one slot; a
 * PCI Express endpoint is behind a root port, a conventional device behind a bridge with the others
 * of its bus, and devices of bus 0 stay on bus 0.
 */
#ifndef RUNNER_PLAN_LSPCI_MACHINE_H
#define RUNNER_PLAN_LSPCI_MACHINE_H

#include "lab/base/buf.h"

#include "lab/devlog/log.h"
#include "lab/lspci/lspci-device.h"
#include "runner/plan/settings.h"

#define LSPCI_MACHINE "lspci" /* its name */

struct lspci_request {
	const struct lspci_dump *dump;
	const struct lspci_ids *ids;
	const char *file; /* from which the models read the dump */
	/*
	 * The addresses of the devices to use, separated by blanks or commas; NULL: all devices
	 * that can be models.
	 */
	const char *only;
	const struct replay_log *replay; /* accesses to the real devices; NULL: none */
	const char *replay_path;	 /* its name, for messages */
	const char *replay_file;	 /* from which the models read it */
};

/*
 * Write the machine of REQUEST to XML. NOTES gets a line for each device, with what is invented,
 * for each that is left out, and for each that the log replays. Returns 0, or -errno with a message
 * in WHY: -EINVAL if no device is left, or a machine has too few slots or no room for the BARs;
 * -ESRCH, with a message that begins with the log's name, if the log is not one of these devices.
 */
int lspci_machine_xml(const struct lspci_request *request, struct buf *xml, struct buf *notes,
		      struct buf *why);

/*
 * Make a folder of machines below O= that has only this machine, and store it in SETTINGS. DUMP is
 * a file name, optionally followed by @ADDRESS[,ADDRESS...]. REPLAY is the file name of a log, or
 * NULL. Returns 0, or -errno with a message in WHY.
 */
int lspci_machine_use(struct settings *settings, const char *dump, const char *replay,
		      struct buf *notes, struct buf *why);

/* DUMP as above, with the absolute path of the file if it still exists. The caller frees it. */
char *lspci_machine_choice(const char *dump);

#endif
