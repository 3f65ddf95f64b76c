/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a DUT has, as words that needs are matched against: lab/base/vocabulary.c lists them and
 * what they mean.
 */
#ifndef SCENARIOS_LIB_DUT_PROPERTIES_H
#define SCENARIOS_LIB_DUT_PROPERTIES_H

#include "scenarios/lib/dut/dut.h"

/* The properties that can be had without opening the device; the caller frees them. */
char *properties_fixed(const char *address);

/* Those that only VFIO tells, of an open DUT; the caller frees them. */
char *properties_probed(struct dut *dut);

/* Whether NEEDS ask for anything that only VFIO tells. */
bool properties_need_probing(const char *needs);

/*
 * The methods by which the device can be reset, in the kernel's order: "flr pm bus", "" for none.
 * The caller frees it.
 */
char *reset_methods(const char *address);

#endif
