// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/nvgrace/nvgrace.h"

#include <string.h>

#define MIB (1ull << 20)

static const struct gpu gpus[] = {
	/* 1 GiB is set apart; of the rest, whole blocks of 512 MiB are used. */
	{"hopper",
	 false,
	 {{RESERVED_BAR, 1088 * MIB, 2048 * MIB}, {USABLE_BAR, 512 * MIB, 1024 * MIB}}},
	{"blackwell", false, {{RESERVED_BAR, 0, 0}, {USABLE_BAR, 48 * MIB + 4096, 64 * MIB}}},
	{"gpu-cxl", true, {{RESERVED_BAR, 0, 0}, {USABLE_BAR, 16 * MIB, 16 * MIB}}},
	{"gpu-bare", false, {{RESERVED_BAR, 0, 0}, {USABLE_BAR, 0, 0}}},
};

const struct gpu *gpu_of(const struct dut *dut)
{
	for (size_t i = 0; i < ARRAY_SIZE(gpus); i++)
		if (!strcmp(gpus[i].dut, dut->name))
			return &gpus[i];
	return NULL;
}

const char *gpu_check_parts(struct dut *dut,
			    const char *(*check)(struct dut *dut, const struct gpu_part *part,
						 const struct region *bar))
{
	const struct gpu *gpu = gpu_of(dut);
	const char *why = gpu ? NULL : text("%s is not in scenarios/nvgrace/nvgrace.c", dut->name);
	struct region bar;

	for (size_t i = 0; gpu && i < ARRAY_SIZE(gpu->parts) && !why; i++) {
		int err = gpu->parts[i].size ? region_info(dut, gpu->parts[i].bar, &bar) : 0;

		if (err)
			why = text("region %u: %s", gpu->parts[i].bar, error_name(err));
		else if (gpu->parts[i].size)
			why = check(dut, &gpu->parts[i], &bar);
		if (why)
			why = text("BAR%u: %s", gpu->parts[i].bar, why);
	}
	return why;
}
