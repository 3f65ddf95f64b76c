// SPDX-License-Identifier: GPL-2.0-only
/*
 * feature: a dma-buf of a BAR is revoked while user space cannot reach the device: with memory off,
 * in D3hot, in the low power state, and during a reset. iommufd then refuses to import it.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/vfio/dma-buf.h"
#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/hot-reset.h"

#define DMA_BUF "feature=dma-buf bar=mmap !bar=subpage"
#define PAGE	4096ull

/* A VF has no memory enable of its own. */
static int memory_off(struct dut *dut)
{
	if (pci_has(dut->address, "physfn"))
		return -ENOENT;
	return config_set_memory(dut, false);
}

static int memory_on(struct dut *dut)
{
	return config_set_memory(dut, true);
}

static int to_d3hot(struct dut *dut)
{
	return pmcsr_set(dut, PMCSR_D3HOT);
}

static int to_d0(struct dut *dut)
{
	return pmcsr_set(dut, PMCSR_D0);
}

static int to_low_power(struct dut *dut)
{
	return low_power_enter(dut, -1);
}

/* What takes a BAR from its user for a time; -ENOENT: the device cannot do that. */
static const struct {
	const char *name;
	int (*take)(struct dut *dut);
	int (*give)(struct dut *dut);
} takings[] = {
	{"memory off", memory_off, memory_on},
	{"D3hot", to_d3hot, to_d0},
	{"low power", to_low_power, low_power_exit},
};

SCENARIO_TABLE(
	dma_buf_revoked_while_inaccessible, takings, DMA_BUF " once",
	"a dma-buf cannot be imported while memory is off, in D3hot or in low power, and can "
	"be after that")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = dma_buf_export_page(dut), other = -1;
	int err;

	ASSERT_OK(fd);
	ASSERT_OK(importer_open(&importer));
	ASSERT_OK(dma_buf_try(&importer, fd));
	err = row->take(sleeper);
	if (err == -ENOENT)
		SKIP();
	ASSERT_OK(err);
	err = dma_buf_try(&importer, fd);
	ASSERT_OK(row->give(sleeper));
	ASSERT_RESULT(ENODEV, err);
	ASSERT_OK(dma_buf_try(&importer, fd));
	other = dma_buf_export_page(dut);
	ASSERT_OK(dma_buf_try(&importer, other));
	PASS();
}

SCENARIO_TABLE(dma_buf_exported_while_inaccessible, takings, DMA_BUF " once",
	       "a dma-buf exported while memory is off, in D3hot or in low power is revoked until "
	       "the device is back")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = -1;
	struct region bar;
	int err;

	ASSERT_OK(memory_on(dut));
	ASSERT_OK(dma_buf_bar(dut, &bar));
	ASSERT_OK(importer_open(&importer));
	err = row->take(sleeper);
	if (err == -ENOENT)
		SKIP();
	ASSERT_OK(err);
	fd = dma_buf_export(dut, bar.index, 0, PAGE);
	err = fd < 0 ? fd : dma_buf_try(&importer, fd);
	ASSERT_OK(row->give(sleeper));
	ASSERT_RESULT(ENODEV, err);
	ASSERT_OK(fd < 0 ? 0 : dma_buf_try(&importer, fd));
	PASS();
}

/* "Access to mmap'd device regions ... may only be resumed after calling LOW_POWER_EXIT." */
static const struct {
	const char *name;
	int (*act)(struct dut *dut);
} acts[] = {
	{"a write of COMMAND", memory_on},
	{"PMCSR set to D0", to_d0},
	{"VFIO_DEVICE_RESET", dut_reset},
};

SCENARIO_TABLE(dma_buf_stays_revoked_in_low_power, acts, DMA_BUF " feature=low-power pm reset once",
	       "nothing but LOW_POWER_EXIT makes a dma-buf usable in the low power state")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = dma_buf_export_page(dut);
	int acted, err;

	ASSERT_OK(fd);
	ASSERT_OK(importer_open(&importer));
	ASSERT_OK(to_low_power(sleeper));
	acted = row->act(dut);
	err = dma_buf_try(&importer, fd);
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_OK(acted);
	ASSERT_RESULT(ENODEV, err);
	ASSERT_OK(dma_buf_try(&importer, fd));
	PASS();
}

/* "Calling the LOW_POWER_EXIT feature is optional" then. */
SCENARIO(dma_buf_returns_with_wakeup, DMA_BUF " feature=low-power once",
	 "a dma-buf is usable again once an access has ended the low power state, like a map")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = dma_buf_export_page(dut), wakeup = event_open();
	int err;

	ASSERT_OK(fd);
	ASSERT_OK(importer_open(&importer));
	ASSERT_CHECK(low_power_suspend(sleeper, wakeup));
	config_read16(dut, PCI_VENDOR_ID);
	ASSERT_NUMBER(1, event_read(wakeup));
	err = dma_buf_try(&importer, fd);
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_RESULT(0, err);
	PASS();
}

static int reset_by_flr_if_any(struct dut *dut)
{
	const unsigned int pcie = config_capability(dut, PCI_CAP_ID_EXP);

	if (!pcie || !(config_read32(dut, pcie + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR))
		return 0;
	return reset_by_flr_bit(dut);
}

static int reset_hot(struct dut *dut)
{
	return hot_functions(dut->address) == 1 ? hot_reset(dut) : 0;
}

static const struct {
	const char *name;
	int (*reset)(struct dut *dut);
} resets[] = {
	{"VFIO_DEVICE_RESET", dut_reset},
	{"FLR bit", reset_by_flr_if_any},
	{"hot reset", reset_hot},
};

SCENARIO_TABLE(dma_buf_usable_after_reset, resets, DMA_BUF " reset once",
	       "a dma-buf can be imported after a reset, and stays revoked if memory is off")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_importer struct importer importer = IMPORTER_NONE;
	cleanup_close int fd = dma_buf_export_page(dut);
	int err;

	ASSERT_OK(fd);
	ASSERT_OK(importer_open(&importer));
	ASSERT_OK(row->reset(dut));
	ASSERT_OK(dma_buf_try(&importer, fd));
	err = memory_off(dut);
	if (err == -ENOENT)
		PASS();
	ASSERT_OK(err);
	ASSERT_OK(row->reset(dut));
	ASSERT_ERRNO(ENODEV, dma_buf_try(&importer, fd));
	ASSERT_OK(memory_on(dut));
	ASSERT_OK(dma_buf_try(&importer, fd));
	PASS();
}
