/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults: what a device does wrong on demand, interposed between any model and the client. They are
 * armed by name, several at a time, over the control socket (lab/devices/lib/control.h) or when the
 * program starts.
 */
#ifndef LAB_DEVICES_LIB_FAULTS_H
#define LAB_DEVICES_LIB_FAULTS_H

#include "lab/base/buf.h"
#include "lab/pci/function.h"

#include <stdbool.h>

struct device;
struct faults;

/* Interpose in front of DEVICE, with nothing armed. 0 or -errno. */
int faults_create(struct device *device, struct faults **faults);

/* Disarm all without repair, and free. NULL-safe. */
void faults_destroy(struct faults *faults);

/*
 * Arm what WORDS say: "NAME [name=value]...". 0; -ENOENT for an unknown name, -EINVAL for arguments
 * that do not do,
 * -EBUSY where it is armed already or too many are, with a line in WHY.
 */
int faults_arm(struct faults *faults, const char *words, struct buf *why);

/*
 * Disarm the fault NAME, or all with NULL, and repair what it did: a device that was away is there
 * again. 0, or -ENOENT where NAME is not armed, with a line in WHY.
 */
int faults_disarm(struct faults *faults, const char *name, struct buf *why);

/* What is armed, as "NAME fired=N result=N" with blanks and semicolons between them. */
void faults_tell(const struct faults *faults, struct buf *text);

/* Every fault with its arguments, and what the kernel is expected to do, for --faults. */
void faults_describe(struct buf *text);

/* Notices of the device. All are NULL-safe. */

/* Whether a fault takes over this reset, which it then finishes later, or never. */
bool faults_take_reset(struct faults *faults, enum pci_reset reset);
void faults_reset_done(struct faults *faults, enum pci_reset reset);
void faults_unmapped(struct faults *faults, uint64_t iova, uint64_t size);

#endif
