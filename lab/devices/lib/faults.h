/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults make a device misbehave on demand. They are interposed between any model and the client.
 * Several can be armed at a time, by name, over the control socket (lab/devices/lib/control.h) or
 * on the command line.
 */
#ifndef LAB_DEVICES_LIB_FAULTS_H
#define LAB_DEVICES_LIB_FAULTS_H

#include "lab/base/buf.h"
#include "lab/pci/function.h"

#include <stdbool.h>

struct device;
struct faults;

/* Interposes the fault layer in front of DEVICE, with no fault armed. Returns 0 or -errno. */
int faults_create(struct device *device, struct faults **faults);

/* Disarms all faults without undoing their effects, and frees FAULTS, which may be NULL. */
void faults_destroy(struct faults *faults);

/*
 * Arms the fault in WORDS, "NAME [name=value]...". Returns 0, or -errno with a message in WHY:
 * -ENOENT for an unknown name, -EINVAL for invalid arguments, -EBUSY if the fault is armed already
 * or the maximum number is.
 */
int faults_arm(struct faults *faults, const char *words, struct buf *why);

/*
 * Disarms the fault NAME, or all if NAME is NULL, and undoes its effect; for example, a removed
 * device responds again. Returns 0, or -ENOENT with a message in WHY if NAME is not armed.
 */
int faults_disarm(struct faults *faults, const char *name, struct buf *why);

/* Appends the armed faults as "NAME fired=N result=N", separated by "; ". */
void faults_tell(const struct faults *faults, struct buf *text);

/* Appends every fault with its arguments and the expected reaction of the kernel, for --faults. */
void faults_describe(struct buf *text);

/* Notifications from the device. FAULTS may be NULL. */

/* Returns true if a fault takes over this reset; the fault finishes it later, or never. */
bool faults_take_reset(struct faults *faults, enum pci_reset reset);
void faults_reset_done(struct faults *faults, enum pci_reset reset);
void faults_unmapped(struct faults *faults, uint64_t iova, uint64_t size);

#endif
