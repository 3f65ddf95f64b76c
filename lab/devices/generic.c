// SPDX-License-Identifier: GPL-2.0-only
/*
 * generic: a device with any identity and memory BARs, for tests of denylists, quirks and aliases.
 */
#include "lab/devices/lib/model.h"

#include "lab/devices/lib/shape.h"

#include <errno.h>

struct generic_params {
	const char *bar[PCI_BARS];
};

static int generic_setup(struct device_shape *shape, const void *params, struct buf *why)
{
	const struct generic_params *given = params;
	int err = 0;

	for (unsigned int i = 0; i < PCI_BARS && !err; i++)
		err = shape_take_bar(shape, i, given->bar[i], why);
	return err;
}

#define BAR_PARAM(n, otherwise)                                                                    \
	{"bar" #n,                                                                                 \
	 offsetof(struct generic_params, bar[n]),                                                  \
	 PARAM_KIND_TEXT,                                                                          \
	 0,                                                                                        \
	 0,                                                                                        \
	 otherwise,                                                                                \
	 NULL,                                                                                     \
	 "none, or KIND:SIZE with a KIND of mem mem64 pref pref64 io"}

static const struct param generic_params[] = {
	BAR_PARAM(0, "mem:4K"),
	BAR_PARAM(1, "none"),
	BAR_PARAM(2, "none"),
	BAR_PARAM(3, "none"),
	BAR_PARAM(4, "none"),
	BAR_PARAM(5, "none"),
	PARAM_END,
};

DEVICE_MODEL(generic, .summary = "any identity, BARs and capabilities; its BARs are memory",
	     .shape = {.ids = {.vendor = 0x1234, .device = 0x0001, .class = 0x00ff00},
		       .pin = 1,
		       .caps = {CAP_PM(), CAP_MSI(1), CAP_PCIE_FLR()}},
	     .params = generic_params, .params_size = sizeof(struct generic_params),
	     .setup = generic_setup);
