// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: devices that misbehave. The kernel must survive, its caller must get an answer in bounded
 * time, and a repaired device must be usable again; `device --faults' describes each fault. Here:
 * reads, and DMA.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-space.h"
#include "scenarios/lib/dut/model-fault.h"
#include "scenarios/lib/dut/testdev.h"

#include "lab/devices/testdev-regs.h"

#include <string.h>

/* An absent device answers every read that reaches it with all ones. */
static const char *check_reads_ones(struct dut *dut)
{
	uint32_t bar;
	int err;

	if (pci_config16(dut->address, PCI_COMMAND) != 0xffff)
		return "COMMAND of the device does not read as ones";
	err = bar_read32(dut, 0, TESTDEV_ID, &bar);
	if (err || bar != UINT32_MAX)
		return text("a BAR of a device that is gone reads as 0x%x (%s)", bar,
			    error_name(err));
	return NULL;
}

/* Accesses to registers of the header that VFIO passes on to the device. */
static const struct {
	const char *name;
	unsigned int reg, len;
	bool write;
} whole[] = {
	{"a byte is read", PCI_CLASS_REVISION, 1, false},
	{"a word is read", PCI_CLASS_REVISION, 2, false},
	{"a double word is read", PCI_CLASS_REVISION, 4, false},
	{"a word is written", PCI_COMMAND, 2, true},
	{"a double word is written", PCI_COMMAND, 4, true},
};

/* Devices may have registers that change, or act, once all of their bytes were accessed. */
SCENARIO_TABLE(config_access_reaches_device_whole, whole, "for=flr",
	       "an aligned access to config space reaches the device as one, not in pieces")
{
	const uint16_t command = config_read16(dut, PCI_COMMAND);
	uint8_t bytes[4] = {command & 0xff, command >> 8};
	cleanup_faults struct dut *watched = dut;
	struct fault_state state;

	ASSERT_CHECK(fault_arm(watched, "config-watch at=%u len=%u", row->reg, row->len));
	ASSERT_NUMBER(row->len, row->write ? config_pwrite(dut, row->reg, bytes, row->len)
					   : config_pread(dut, row->reg, bytes, row->len));
	ASSERT_CHECK(fault_ask(watched, "config-watch", &state));
	ASSERT_THAT(state.fired, "the device saw no access of %u bytes at 0x%x", row->len,
		    row->reg);
	PASS();
}

SCENARIO(gone_device_reads_ones, "for=pm",
	 "config space and BARs of a device that is gone read as all ones, without an error")
{
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "config-gone"));
	ASSERT_CHECK(check_reads_ones(dut));
	ASSERT_HEX(TESTDEV_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_CHECK(check_testdev_recovers(dut));
	PASS();
}

/* Each config access of an operation in turn is the first that finds the device gone. */
SCENARIO(gone_while_enabling_interrupts, "for=pm",
	 "the device may vanish at any config access while interrupts are being enabled")
{
	for (unsigned int after = 0; after < 6; after++) {
		cleanup_irqs struct irqs *irqs = NULL;
		cleanup_faults struct dut *faulty = dut;
		struct fault_state state;

		ASSERT_OK(dut_start(dut));
		ASSERT_CHECK(fault_arm(faulty, "config-gone after=%u", after));
		irqs_enable(dut, IRQ_MSI, 0, 4, &irqs); /* may succeed or fail */
		irqs_free(steal(irqs));
		ASSERT_CHECK(fault_await(dut, "config-gone", &state));
		ASSERT_CHECK(check_testdev_recovers(dut));
	}
	PASS();
}

static enum greatest_test_res gone_with_irqs(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_CHECK(fault_arm(faulty, "config-gone"));
	ASSERT_CHECK(check_reads_ones(dut));
	ASSERT_OK(irqs_disable(irqs));
	ASSERT_NO_OTHER_EVENT(irqs);
	ASSERT_CHECK(check_testdev_recovers(dut));
	PASS();
}

SCENARIO_VARIANT(gone_device_intx_disable, "for=pm irq=intx",
		 "INTx can be disabled on a device that is gone", gone_with_irqs, IRQ_INTX)

SCENARIO_VARIANT(gone_device_msi_disable, "for=pm irq=msi",
		 "MSI can be disabled on a device that is gone", gone_with_irqs, IRQ_MSI)

SCENARIO_VARIANT(gone_device_msix_disable, "for=pm irq=msix",
		 "MSI-X can be disabled on a device that is gone", gone_with_irqs, IRQ_MSIX)

SCENARIO(bar_reads_ones, "for=pm",
	 "a BAR that reads as all ones is passed on unchanged and does not affect config space")
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t value;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "bar-ones"));
	ASSERT_OK(bar_read32(dut, 0, TESTDEV_ID, &value));
	ASSERT_HEX(UINT32_MAX, value);
	ASSERT_OK(bar_read32(dut, 2, 0, &value));
	ASSERT_HEX(UINT32_MAX, value);
	ASSERT_HEX(TESTDEV_VENDOR, pci_config16(dut->address, PCI_VENDOR_ID));
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_CHECK(check_testdev_answers(dut));
	PASS();
}

SCENARIO(bar_reads_ones_once, "for=pm",
	 "a BAR read after a single read of all ones returns the register again")
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t value;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "bar-ones bar=0 after=1 count=1"));
	ASSERT_CHECK(check_testdev_answers(dut));
	ASSERT_OK(bar_read32(dut, 0, TESTDEV_ID, &value));
	ASSERT_HEX(UINT32_MAX, value);
	ASSERT_CHECK(check_testdev_answers(dut));
	PASS();
}

/* DMA */

static const char *check_dma_written(const struct dma *dma)
{
	const unsigned char *bytes = dma->at;

	for (size_t i = 0; i < dma->len; i++)
		if (bytes[i])
			return text(
				"byte %zu of memory that the device must not write changed to 0x%x",
				i, bytes[i]);
	return NULL;
}

SCENARIO(dma_outside_mapping_stopped, "for=pm dma",
	 "DMA outside of all mappings is blocked, also right beside a mapping")
{
	cleanup_dma struct dma dma = {0};
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, 4096, &dma));
	ASSERT_CHECK(
		fault_arm(faulty, "dma-outside iova=0x%llx", (unsigned long long)dma.iova + 4096));
	ASSERT_CHECK(fault_ask(dut, "dma-outside", &state));
	ASSERT_NUMBER(-EFAULT, state.result);
	ASSERT_CHECK(check_dma_written(&dma));
	ASSERT_CHECK(check_testdev_msi(dut));
	PASS();
}

SCENARIO(dma_after_unmap_stopped, "for=pm dma",
	 "DMA to an unmapped range is blocked as soon as the unmap returns")
{
	cleanup_dma struct dma dma = {0};
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, 4096, &dma));
	ASSERT_OK(dut_dma(dut, dma.iova + 2048, dma.iova, 64));
	ASSERT_CHECK(fault_arm(faulty, "dma-after-unmap"));
	ASSERT_NUMBER(4096, dma_unmap_all(dut));
	ASSERT_CHECK(fault_await(dut, "dma-after-unmap", &state));
	ASSERT_NUMBER(-EFAULT, state.result);
	ASSERT_CHECK(check_dma_written(&dma));
	ASSERT_CHECK(check_testdev_msi(dut));
	PASS();
}

SCENARIO(dma_during_reset_confined, "for=pm dma",
	 "DMA during a reset stays within mapped memory and ends with the reset")
{
	cleanup_dma struct dma other = {0}, dma = {0};
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, 4096, &dma));
	ASSERT_OK(dma_alloc(dut, 4096, &other));
	ASSERT_OK(dut_dma(dut, dma.iova + 2048, dma.iova, 64));
	ASSERT_CHECK(fault_arm(faulty, "dma-during-reset"));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(fault_ask(dut, "dma-during-reset", &state));
	ASSERT_NUMBER(1, state.fired);
	memset((char *)dma.at + 2048, 0, 64);
	ASSERT_CHECK(check_dma_written(&dma));
	ASSERT_CHECK(check_dma_written(&other));
	ASSERT_CHECK(check_testdev_msi(dut));
	PASS();
}
