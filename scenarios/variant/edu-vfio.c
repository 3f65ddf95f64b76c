// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/variant/edu-vfio.h"

#include "scenarios/lib/scenario.h"

#include <endian.h>

#define LOG_TYPE ((uint32_t)(EDU_VFIO_VENDOR | VFIO_REGION_TYPE_PCI_VENDOR_TYPE))

static bool is_log(const struct region *region)
{
	return region->type == LOG_TYPE && region->subtype == EDU_VFIO_REGION_SUBTYPE_LOG;
}

const char *edu_find_log(struct dut *dut, struct region *log)
{
	cleanup_buf struct buf others = BUF_INIT;
	struct vfio_device_info info;
	int err = dut_info(dut, &info);

	for (unsigned int i = VFIO_PCI_NUM_REGIONS; !err && i < info.num_regions; i++) {
		err = region_info(dut, i, log);
		if (!err && is_log(log))
			return NULL;
		buf_printf(&others, ", region %u 0x%08x.%u", i, log->type, log->subtype);
	}
	if (err)
		return text("the regions cannot be enumerated: %s", error_name(err));
	return text("the log region, type 0x%08x.%u, is missing%s", LOG_TYPE,
		    EDU_VFIO_REGION_SUBTYPE_LOG,
		    others.len ? others.data : ", nor any beyond the common ones");
}

const char *edu_read_log(struct dut *dut, struct edu_vfio_log *content)
{
	struct region log;
	const char *why = edu_find_log(dut, &log);
	ssize_t got = why ? 0 : region_read(dut, &log, 0, content, sizeof(*content));

	if (got < 0)
		why = text("the log cannot be read: %s", error_name(got));
	else if (!why && got != sizeof(*content))
		why = text("only %zd of the log's %zu bytes were read", got, sizeof(*content));
	return why;
}

int edu_factorial(struct dut *dut, uint32_t number, uint32_t *result)
{
	struct edu_vfio_factorial job = {.argsz = sizeof(job), .number = number};
	int err = vfio_ioctl(dut->vfio.device, EDU_VFIO_FACTORIAL, &job);

	*result = job.result;
	return err;
}
