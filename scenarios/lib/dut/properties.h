/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The properties of a DUT: words that needs are matched against. lab/base/vocabulary.c lists them
 * with their meaning.
 */
#ifndef SCENARIOS_LIB_DUT_PROPERTIES_H
#define SCENARIOS_LIB_DUT_PROPERTIES_H

#include "scenarios/lib/dut/dut.h"

/*
 * Returns the properties that can be determined without opening the device; the caller frees them.
 */
char *properties_fixed(const char *address, const char *model);

/* Returns those that only VFIO reports, for an open DUT; the caller frees them. */
char *properties_probed(struct dut *dut);

/* Returns true if NEEDS contain a property that only VFIO reports. */
bool properties_need_probing(const char *needs);

/*
 * Returns the methods by which the device can be reset, in the kernel's order: "flr pm bus", or ""
 * for none. The caller frees it.
 */
char *reset_methods(const char *address);

#endif
