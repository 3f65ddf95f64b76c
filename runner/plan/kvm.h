/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether KVM is usable on this host. */
#ifndef RUNNER_PLAN_KVM_H
#define RUNNER_PLAN_KVM_H

#include "lab/base/buf.h"

#include <stdbool.h>

/*
 * Whether KVM is faster than TCG here. Runs a short loop in a minimal VM, in the mode in which
 * firmware and kernels start (32 bits, no paging). Opening /dev/kvm is not enough: KVM without
 * hardware support emulates this mode a thousand times slower than TCG, and guests never reach
 * their kernel.
 *
 * Returns false, with a message in WHY, if TCG is the better choice. Blocks for at most 25 ms of
 * CPU time. Uses SIGPROF while it runs, so the process must be single-threaded. See
 * Documentation/virt/kvm/api.rst in the kernel tree.
 */
bool kvm_usable(struct buf *why);

#endif
