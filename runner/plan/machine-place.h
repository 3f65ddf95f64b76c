/* SPDX-License-Identifier: GPL-2.0-only */
/* Check where a machine's file places its devices. */
#ifndef RUNNER_PLAN_MACHINE_PLACE_H
#define RUNNER_PLAN_MACHINE_PLACE_H

#include "lab/base/buf.h"

#include <libxml/tree.h>

/*
 * Check the places in the machine DOC, which would otherwise fail only when a guest starts: the
 * path= of each DUT is well formed and leads through ports and bridges of the machine, and each
 * bus= names a bus that the machine has. Returns 0, or -EINVAL with a message in WHY that begins
 * with file and line.
 */
int machine_check_places(xmlDoc *doc, struct buf *why);

#endif
