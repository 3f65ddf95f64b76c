/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether KVM is of use here. */
#ifndef RUNNER_PLAN_KVM_H
#define RUNNER_PLAN_KVM_H

#include "lab/base/buf.h"

#include <stdbool.h>

/*
 * Run a loop of some thousand instructions in a guest of our own, in the mode
 * in which firmware and kernels start (32 bits, no paging). That /dev/kvm can be
 * opened is not enough: where the host's KVM has no hardware under it, it
 * interprets this mode at a thousandth of QEMU's own speed, and no guest gets to
 * its kernel.
 *
 * Blocks for at most 100 ms of processor time. False, and WHY as the end of a
 * sentence, where QEMU's TCG is the better choice. Uses SIGPROF meanwhile; for
 * processes of one thread. Documentation/virt/kvm/api.rst of the kernel.
 */
bool kvm_usable(struct buf *why);

#endif
