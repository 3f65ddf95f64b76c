// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/layout.h"

#include "scenarios/lib/vfio/region.h"

#include <errno.h>

int layout_read(struct dut *dut, struct layout *layout)
{
	struct region config;
	ssize_t got;
	int err = region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config);

	if (err)
		return err;
	*layout = (struct layout){0};
	layout->size =
		config.size < sizeof(layout->dwords) ? (unsigned int)config.size : sizeof(layout->dwords);
	got = region_read(dut, &config, 0, layout->dwords, layout->size);
	if (got != (ssize_t)layout->size)
		return got < 0 ? (int)got : -EIO;
	layout_make(layout);
	return 0;
}
