// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/testdev-regs.h"
#include "tests/devices/bench.h"

#include "lab/base/cleanup.h"
#include "lab/devices/lib/control.h"
#include "lab/devices/lib/fault.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/mman.h>

#define IOVA 0x100000u

static void flr(struct bench *bench)
{
	bench_set_config(bench, bench->device->function.pcie + PCI_EXP_DEVCTL,
			 PCI_EXP_DEVCTL_BCR_FLR, 2);
}

static void pm_reset(struct bench *bench)
{
	bench_set_config(bench, bench->device->function.pm + PCI_PM_CTRL, 3, 2);
	bench_set_config(bench, bench->device->function.pm + PCI_PM_CTRL, 0, 2);
}

static void turn_on(struct bench *bench)
{
	bench_set_config(bench, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
}

/* Returns the device's own count: `result' of the only armed fault. */
static int result(struct bench *bench)
{
	const struct faults *faults = bench->device->faults;

	for (unsigned int i = 0; i < FAULTS_ARMED; i++)
		if (faults->armed[i].fault)
			return faults->armed[i].result;
	return 1;
}

TEST without_a_fault_all_is_well(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	bench_write(&bench, 0, TESTDEV_MARK, 1);
	flr(&bench);
	ASSERT_EQ_FMT(0x7e571234u, bench_config(&bench, 0, 4), "%x");
	ASSERT_EQ_FMT(0u, bench_config(&bench, PCI_COMMAND, 2), "%x");
	turn_on(&bench);
	ASSERT_EQ_FMT(TESTDEV_ID_VALUE, bench_read(&bench, 0, TESTDEV_ID), "%x");
	ASSERT_EQ(0, bench_read(&bench, 0, TESTDEV_MARK));
	ASSERT_EQ(1, bench_read(&bench, 0, TESTDEV_RESETS_FLR));
	pm_reset(&bench);
	turn_on(&bench);
	ASSERT_EQ(1, bench_read(&bench, 0, TESTDEV_RESETS_PM));
	PASS();
}

TEST reset_never_is_ended_by_repair(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm reset-never of=flr"));
	pm_reset(&bench);
	turn_on(&bench);
	ASSERT_EQ(1, bench_read(&bench, 0, TESTDEV_RESETS_PM));
	flr(&bench);
	ASSERT_EQ_FMT(UINT32_MAX, bench_config(&bench, 0, 4), "%x");
	turn_on(&bench);
	ASSERT_EQ_FMT(UINT32_MAX, bench_read(&bench, 0, TESTDEV_ID), "%x");
	ASSERT_EQ(0, bench_control(&bench, "disarm reset-never"));
	ASSERT_EQ_FMT(0x7e571234u, bench_config(&bench, 0, 4), "%x");
	turn_on(&bench);
	ASSERT_EQ(1, bench_read(&bench, 0, TESTDEV_RESETS_FLR));
	PASS();
}

TEST reset_never_is_ended_by_another_reset(void)
{
	cleanup_bench struct bench bench;
	static struct answer answer;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm reset-never of=flr"));
	flr(&bench);
	ASSERT_EQ(0, client_ask(&bench.client, WIRE_DEVICE_RESET, NULL, 0, &answer));
	turn_on(&bench);
	ASSERT_EQ(1, bench_read(&bench, 0, TESTDEV_RESETS_BUS));
	PASS();
}

TEST reset_late_comes_back_by_itself(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm reset-late ms=50"));
	flr(&bench);
	ASSERT_EQ_FMT(UINT32_MAX, bench_config(&bench, 0, 4), "%x");
	bench_wait(&bench);
	ASSERT_EQ_FMT(0x7e571234u, bench_config(&bench, 0, 4), "%x");
	PASS();
}

TEST reset_loses_config_until_repair(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm reset-loses-config"));
	flr(&bench);
	turn_on(&bench);
	ASSERT_EQ_FMT(0x7e571234u, bench_config(&bench, 0, 4), "%x");
	ASSERT_EQ_FMT(0u, bench_config(&bench, PCI_COMMAND, 4), "%x");
	ASSERT_EQ_FMT(0u, bench_config(&bench, PCI_CAPABILITY_LIST, 1), "%x");
	ASSERT_EQ_FMT(UINT32_MAX, bench_read(&bench, 0, TESTDEV_ID), "%x");
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	turn_on(&bench);
	ASSERT_EQ_FMT(TESTDEV_ID_VALUE, bench_read(&bench, 0, TESTDEV_ID), "%x");
	ASSERT_EQ_FMT(0x40u, bench_config(&bench, PCI_CAPABILITY_LIST, 1), "%x");
	PASS();
}

TEST reset_other_ids_until_repair(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm reset-other-ids vendor=0x8086 device=0x1533"));
	ASSERT_EQ_FMT(0x7e571234u, bench_config(&bench, 0, 4), "%x");
	flr(&bench);
	ASSERT_EQ_FMT(0x15338086u, bench_config(&bench, 0, 4), "%x");
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ_FMT(0x7e571234u, bench_config(&bench, 0, 4), "%x");
	PASS();
}

TEST config_gone_at_the_nth_access(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_MSIX, 1));
	ASSERT_EQ(0, bench_control(&bench, "arm config-gone after=2"));
	ASSERT_EQ_FMT(0x1234u, bench_config(&bench, 0, 2), "%x");
	ASSERT_EQ_FMT(0x1234u, bench_config(&bench, 0, 2), "%x");
	ASSERT_EQ_FMT(0xffffu, bench_config(&bench, 0, 2), "%x");
	bench_write(&bench, 0, TESTDEV_MSIX, 0);
	ASSERT_EQ(0, bench_events(&bench, 0));
	ASSERT_EQ_FMT(UINT32_MAX, bench_read(&bench, 2, 0), "%x");
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ_FMT(0x1234u, bench_config(&bench, 0, 2), "%x");
	PASS();
}

TEST config_watch_counts_accesses(void)
{
	cleanup_buf struct buf answer = BUF_INIT;
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm config-watch at=4 len=2"));
	bench_config(&bench, 4, 4);
	bench_config(&bench, 4, 2);
	bench_config(&bench, 6, 2);
	bench_config(&bench, 4, 2);
	control_line(bench.device, "faults", &answer);
	ASSERT_STR_EQ("ok config-watch fired=2 result=0\n", answer.data);
	PASS();
}

TEST bar_ones_as_often_as_asked(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm bar-ones bar=0 after=1 count=1"));
	ASSERT_EQ_FMT(0u, bench_read(&bench, 5, 0), "%x");
	ASSERT_EQ_FMT(TESTDEV_ID_VALUE, bench_read(&bench, 0, 0), "%x");
	ASSERT_EQ_FMT(UINT32_MAX, bench_read(&bench, 0, 0), "%x");
	ASSERT_EQ_FMT(TESTDEV_ID_VALUE, bench_read(&bench, 0, 0), "%x");
	PASS();
}

/*
 * Returns how a walk of the list ends: 0 at its end, -ELOOP, or the pointer that leads out of it.
 */
static int walk(struct bench *bench)
{
	unsigned int at = bench_config(bench, PCI_CAPABILITY_LIST, 1);

	for (unsigned int n = 0; n < 48; n++) {
		if (at < PCI_STD_HEADER_SIZEOF || at >= 0xfc)
			return (int)at;
		at = bench_config(bench, at + PCI_CAP_LIST_NEXT, 1);
	}
	return -ELOOP;
}

static int walk_extended(struct bench *bench)
{
	unsigned int at = PCI_CONFIG_ORDINARY;

	for (unsigned int n = 0; n < 960; n++) {
		if (at < PCI_CONFIG_ORDINARY || at >= 0xffc)
			return (int)at;
		at = PCI_EXT_CAP_NEXT(bench_config(bench, at, 4));
	}
	return -ELOOP;
}

TEST capability_lists_are_damaged(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, walk(&bench));
	ASSERT_EQ(0, walk_extended(&bench));
	ASSERT_EQ(0, bench_control(&bench, "arm caps-loop"));
	ASSERT_EQ(-ELOOP, walk(&bench));
	ASSERT_EQ(-ELOOP, walk_extended(&bench));
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ(0, bench_control(&bench, "arm caps-outside"));
	ASSERT_EQ(PCI_COMMAND, walk(&bench));
	ASSERT_EQ(PCI_STD_HEADER_SIZEOF, walk_extended(&bench));
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ(0, bench_control(&bench, "arm caps-cut"));
	ASSERT_EQ(0xfc, walk(&bench));
	ASSERT_EQ(0xffc, walk_extended(&bench));
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ(0, walk(&bench));
	PASS();
}

TEST msix_table_is_outside(void)
{
	cleanup_bench struct bench bench;
	unsigned int at;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	at = bench.device->function.msix_cap + PCI_MSIX_TABLE;
	ASSERT_EQ_FMT(4u, bench_config(&bench, at, 4), "%x");
	ASSERT_EQ(0, bench_control(&bench, "arm msix-outside"));
	ASSERT_EQ_FMT(0x2004u, bench_config(&bench, at, 4), "%x");
	PASS();
}

TEST irq_lost_and_doubled(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_MSIX, 3));
	ASSERT_EQ(0, bench_control(&bench, "arm irq-lost irq=msix vector=1 count=1"));
	ASSERT_EQ(0, bench_control(&bench, "arm irq-doubled irq=msix vector=2"));
	for (unsigned int i = 0; i < 3; i++)
		bench_write(&bench, 0, TESTDEV_MSIX, i);
	ASSERT_EQ(1, bench_events(&bench, 0));
	ASSERT_EQ(0, bench_events(&bench, 1));
	ASSERT_EQ(2, bench_events(&bench, 2));
	bench_write(&bench, 0, TESTDEV_MSIX, 1);
	ASSERT_EQ(1, bench_events(&bench, 1));
	PASS();
}

TEST irq_spurious(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_INTX, 1));
	ASSERT_EQ(0, bench_control(&bench, "arm irq-spurious irq=intx"));
	ASSERT_EQ(1, bench_events(&bench, 0));
	ASSERT_EQ(0, bench_config(&bench, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	ASSERT_EQ(-EINVAL, bench_control(&bench, "arm irq-spurious irq=intx"));
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ(-EINVAL, bench_control(&bench, "arm irq-spurious irq=msix vector=64"));
	PASS();
}

/* Unmask signals again even after a deassert; DisINTx does mask it. */
TEST intx_stuck(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_INTX, 1));
	ASSERT_EQ(0, bench_control(&bench, "arm intx-stuck"));
	ASSERT_EQ(1, bench_events(&bench, 0));
	bench_write(&bench, 0, TESTDEV_INTX, 0);
	ASSERT(bench_config(&bench, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	ASSERT_EQ(0, client_irqs(&bench.client, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
				 0, 0, 1, NULL, 0));
	ASSERT_EQ(1, bench_events(&bench, 0));
	bench_set_config(&bench, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE, 2);
	ASSERT_EQ(0, client_irqs(&bench.client, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
				 0, 0, 1, NULL, 0));
	ASSERT_EQ(0, bench_events(&bench, 0));
	ASSERT_EQ(0, bench_control(&bench, "disarm"));
	ASSERT_EQ(0, bench_config(&bench, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	PASS();
}

TEST msi_after_disable(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_MSI, 2));
	ASSERT_EQ(0, bench_control(&bench, "arm msi-after-disable irq=msi vector=1"));
	ASSERT_EQ(-EINVAL, bench_control(&bench, "arm msi-after-disable irq=intx"));
	bench_config(&bench, PCI_COMMAND, 2);
	ASSERT_EQ(0, bench_events(&bench, 1));
	bench_set_config(&bench, bench.device->function.msi + PCI_MSI_FLAGS, 0, 2);
	ASSERT_EQ(1, bench_events(&bench, 1));
	PASS();
}

TEST dma_outside_is_refused(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm dma-outside iova=0x5000"));
	ASSERT_EQ(-EFAULT, result(&bench));
	PASS();
}

TEST dma_after_unmap_is_refused(void)
{
	cleanup_bench struct bench bench;
	uint8_t *memory;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	memory = bench_map(&bench, IOVA, 4096);
	ASSERT(memory);
	ASSERT_EQ(0, bench_control(&bench, "arm dma-after-unmap"));
	ASSERT_EQ(0, client_unmap(&bench.client, IOVA, 4096));
	bench_wait(&bench);
	ASSERT_EQ(-EFAULT, result(&bench));
	ASSERT_EQ(0, memory[0]);
	munmap(memory, 4096);
	PASS();
}

TEST dma_during_reset_lands_where_it_is_mapped(void)
{
	cleanup_bench struct bench bench;
	uint8_t *memory;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	memory = bench_map(&bench, IOVA, 4096);
	ASSERT(memory);
	bench_write(&bench, 0, TESTDEV_DMA_TO, IOVA);
	bench_write(&bench, 0, TESTDEV_DMA_LEN, 4);
	bench_write(&bench, 0, TESTDEV_DMA_SEED, 0x01020304);
	bench_write(&bench, 0, TESTDEV_DMA_CMD, TESTDEV_DMA_FILL);
	ASSERT_EQ_FMT(0x01020304u, pci_get32(memory, 0), "%x");
	ASSERT_EQ(0, bench_control(&bench, "arm dma-during-reset"));
	flr(&bench);
	ASSERT_EQ_FMT(0x5a5a5a5au, pci_get32(memory, 0), "%x");
	munmap(memory, 4096);
	PASS();
}

static const uint8_t first_bytes[16] = {0, 0, 0, 0,
					/* A REGION_READ of length 0: a valid request. */
					7};

TEST server_mute_and_hanging_up(void)
{
	cleanup_bench struct bench bench;
	static struct answer answer;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_control(&bench, "arm server-mute count=1"));
	ASSERT_EQ(-EAGAIN, client_ask(&bench.client, WIRE_DEVICE_RESET, NULL, 0, &answer));
	ASSERT_EQ(0, client_ask(&bench.client, WIRE_DEVICE_RESET, NULL, 0, &answer));
	ASSERT_EQ(0, bench_control(&bench, "arm server-hangs-up"));
	ASSERT_EQ(-EPIPE, client_ask(&bench.client, WIRE_DEVICE_RESET, first_bytes, 0, &answer));
	PASS();
}

TEST server_garbles_each_way(void)
{
	static const char *const ways[] = {"id", "size", "short", "type"};
	static struct answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		cleanup_bench struct bench bench;
		cleanup_free char *line = text("arm server-garbles how=%s count=1", ways[i]);

		ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
		ASSERT_EQ(0, bench_control(&bench, line));
		ASSERT_EQ_FMT(-EPROTO,
			      client_ask(&bench.client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	}
	PASS();
}

TEST bad_requests_are_named(void)
{
	static const struct {
		const char *line, *answer;
	} cases[] = {
		{"arm nothing", "error there is no fault 'nothing': device --faults lists them\n"},
		{"arm", "error there is no fault '': device --faults lists them\n"},
		{"arm reset-late ms=x", "error ms=x: expected a number from 0 to 0x927c0\n"},
		{"arm reset-late of=cold", "error of=cold: there is any flr pm bus\n"},
		{"arm caps-loop of=flr",
		 "error caps-loop has no argument 'of=flr': see device --faults\n"},
		{"disarm reset-late", "error reset-late is not armed\n"},
		{"explode", "error unknown request 'explode': expected arm, disarm, faults, resets "
			    "or trace\n"},
		{"resets", "ok flr=0 pm=0 bus=0\n"},
		{"faults", "ok\n"},
		{"disarm", "ok\n"},
	};
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_buf struct buf answer = BUF_INIT;

		control_line(bench.device, cases[i].line, &answer);
		ASSERT_STR_EQ(cases[i].answer, answer.data);
	}
	PASS();
}

/* Each fault either works on a model or reports why it cannot. */
TEST every_fault_can_be_armed_on_every_model(void)
{
	static const char *const names[] = {"reset-never",	"reset-late",  "reset-loses-config",
					    "reset-other-ids",	"config-gone", "config-watch",
					    "bar-ones",		"caps-loop",   "caps-outside",
					    "caps-cut",		"dma-outside", "dma-after-unmap",
					    "dma-during-reset", "server-mute", "server-garbles"};

	for_each_device_model (model) {
		char file[] = "file=tests/data/dumps/hex.txt";
		cleanup_bench struct bench bench;

		ASSERT_EQ(0, bench_begin(&bench, model->name,
					 strcmp(model->name, "lspci") ? NULL : file));
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			cleanup_free char *line = text("arm %s", names[i]);

			ASSERT_EQm(line, 0, bench_control(&bench, line));
			ASSERT_EQ(0, bench_control(&bench, "disarm"));
		}
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(without_a_fault_all_is_well);
	RUN_TEST(reset_never_is_ended_by_repair);
	RUN_TEST(reset_never_is_ended_by_another_reset);
	RUN_TEST(reset_late_comes_back_by_itself);
	RUN_TEST(reset_loses_config_until_repair);
	RUN_TEST(reset_other_ids_until_repair);
	RUN_TEST(config_gone_at_the_nth_access);
	RUN_TEST(config_watch_counts_accesses);
	RUN_TEST(bar_ones_as_often_as_asked);
	RUN_TEST(capability_lists_are_damaged);
	RUN_TEST(msix_table_is_outside);
	RUN_TEST(irq_lost_and_doubled);
	RUN_TEST(irq_spurious);
	RUN_TEST(intx_stuck);
	RUN_TEST(msi_after_disable);
	RUN_TEST(dma_outside_is_refused);
	RUN_TEST(dma_after_unmap_is_refused);
	RUN_TEST(dma_during_reset_lands_where_it_is_mapped);
	RUN_TEST(server_mute_and_hanging_up);
	RUN_TEST(server_garbles_each_way);
	RUN_TEST(bad_requests_are_named);
	RUN_TEST(every_fault_can_be_armed_on_every_model);
	GREATEST_MAIN_END();
}
