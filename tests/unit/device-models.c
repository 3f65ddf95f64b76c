// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/example-regs.h"
#include "lab/devices/testdev-regs.h"
#include "tests/devices/bench.h"

#include "lab/base/cleanup.h"
#include "lab/devices/lib/opregion.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/mman.h>

#define IOVA 0x100000u

/* The example of docs/device-model.md. */
TEST example_reports_changes_by_msi(void)
{
	cleanup_bench struct bench bench;
	char most[] = "most=10";

	ASSERT_EQ(0, bench_begin(&bench, "example", most));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_MSI, 1));
	bench_write(&bench, 0, LAMP_BRIGHTNESS, 7);
	bench_write(&bench, 0, LAMP_BRIGHTNESS, 7);
	bench_write(&bench, 0, LAMP_BRIGHTNESS, 11);
	bench_write(&bench, 0, LAMP_COLOUR, 0x123456);
	ASSERT_EQ(7, bench_read(&bench, 0, LAMP_BRIGHTNESS));
	ASSERT_EQ(1, bench_read(&bench, 0, LAMP_CHANGES));
	ASSERT_EQ(0x123456, bench_read(&bench, 0, LAMP_COLOUR));
	ASSERT_EQ(1, bench_events(&bench, 0));
	PASS();
}

static bool same_ids(const struct device_model *one, const struct device_model *other)
{
	return one->shape.ids.vendor == other->shape.ids.vendor &&
	       one->shape.ids.device == other->shape.ids.device;
}

/* DUT drivers are selected by ID; docs/device-model.md has the range for new ones. */
TEST models_have_different_ids(void)
{
	for_each_device_model (model) {
		for (const struct device_model *next = device_model_after(model); next;
		     next = device_model_after(next))
			ASSERT_FALSEm(next->name, same_ids(model, next));
	}
	PASS();
}

TEST testdev_raises_each_kind(void)
{
	cleanup_bench struct bench bench;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_INTX, 1));
	bench_write(&bench, 0, TESTDEV_INTX, 1);
	ASSERT_EQ(1, bench_events(&bench, 0));
	bench_write(&bench, 0, TESTDEV_INTX, 0);
	bench_write(&bench, 0, TESTDEV_MSI, 0);
	ASSERT_EQ(EINVAL, bench_read(&bench, 0, TESTDEV_IRQ_RESULT));
	ASSERT_EQ(0, bench_irqs(&bench, PCI_IRQ_MSIX, BENCH_VECTORS));
	bench_write(&bench, 0, TESTDEV_MSIX, BENCH_VECTORS - 1);
	ASSERT_EQ(0, bench_read(&bench, 0, TESTDEV_IRQ_RESULT));
	ASSERT_EQ(1, bench_events(&bench, BENCH_VECTORS - 1));
	bench_set_config(&bench, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
	bench_write(&bench, 0, TESTDEV_MSIX, 0);
	ASSERT_EQ(EIO, bench_read(&bench, 0, TESTDEV_IRQ_RESULT));
	PASS();
}

static void set_dma(struct bench *bench, uint32_t to, uint32_t from, uint32_t len)
{
	bench_write(bench, 0, TESTDEV_DMA_TO, to);
	bench_write(bench, 0, TESTDEV_DMA_FROM, from);
	bench_write(bench, 0, TESTDEV_DMA_LEN, len);
}

static uint32_t dma(struct bench *bench, enum testdev_dma command)
{
	bench_write(bench, 0, TESTDEV_DMA_CMD, command);
	return bench_read(bench, 0, TESTDEV_DMA_RESULT);
}

TEST testdev_does_dma(void)
{
	cleanup_bench struct bench bench;
	struct testdev_entry *list;
	uint8_t *memory;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	memory = bench_map(&bench, IOVA, 65536);
	ASSERT(memory);
	bench_write(&bench, 0, TESTDEV_DMA_SEED, 100);
	set_dma(&bench, IOVA, 0, 10000);
	ASSERT_EQ(0, dma(&bench, TESTDEV_DMA_FILL));
	ASSERT_EQ(100 + 2499, pci_get32(memory, 9996));
	set_dma(&bench, IOVA + 0x5000, IOVA, 10000);
	ASSERT_EQ(0, dma(&bench, TESTDEV_DMA_COPY));
	set_dma(&bench, 0, IOVA + 0x5000, 10000);
	ASSERT_EQ(0, dma(&bench, TESTDEV_DMA_CHECK));
	ASSERT_EQ(0, bench_read(&bench, 0, TESTDEV_DMA_WRONG));
	memory[0x5000 + 5000]++;
	ASSERT_EQ(0, dma(&bench, TESTDEV_DMA_CHECK));
	ASSERT_EQ(1, bench_read(&bench, 0, TESTDEV_DMA_WRONG));
	list = (struct testdev_entry *)(memory + 0xf000);
	list[0] = (struct testdev_entry){.from = IOVA, .to = IOVA + 0x9000, .len = 4};
	list[1] = (struct testdev_entry){.from = IOVA + 4, .to = IOVA + 0x9100, .len = 4};
	set_dma(&bench, 0, IOVA + 0xf000, 2);
	ASSERT_EQ(0, dma(&bench, TESTDEV_DMA_LIST));
	ASSERT_EQ(101, pci_get32(memory, 0x9100));
	set_dma(&bench, IOVA + 0xfff0, IOVA, 32);
	ASSERT_EQ(EFAULT, dma(&bench, TESTDEV_DMA_COPY));
	set_dma(&bench, IOVA, IOVA, TESTDEV_DMA_MAX + 1);
	ASSERT_EQ(E2BIG, dma(&bench, TESTDEV_DMA_COPY));
	ASSERT_EQ(EINVAL, dma(&bench, 9));
	munmap(memory, 65536);
	PASS();
}

/* Accesses of a different width than the register, and BARs that are disabled. */
TEST accesses_of_all_sizes(void)
{
	cleanup_bench struct bench bench;
	uint8_t data[16];

	ASSERT_EQ(0, bench_begin(&bench, "testdev", NULL));
	bench_write(&bench, 0, TESTDEV_SCRATCH, 0x11223344);
	ASSERT_EQ(0, client_read(&bench.client, 0, TESTDEV_SCRATCH, data, 2));
	ASSERT_EQ(0, data[0]);
	ASSERT_EQ(0, client_read(&bench.client, 0, TESTDEV_SCRATCH - 4, data, 12));
	ASSERT_EQ_FMT(0x11223344u, pci_get32(data, 4), "%x");
	bench_write(&bench, 5, 252, 0x55667788);
	ASSERT_EQ(0, client_read(&bench.client, 5, 253, data, 3));
	ASSERT_EQ_FMT(0x77u, data[0], "%x");
	bench_set_config(&bench, PCI_COMMAND, 0, 2);
	bench_write(&bench, 5, 252, 0);
	ASSERT_EQ_FMT(UINT32_MAX, bench_read(&bench, 5, 252), "%x");
	bench_set_config(&bench, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
	ASSERT_EQ_FMT(0x55667788u, bench_read(&bench, 5, 252), "%x");
	PASS();
}

TEST igd_tells_where_its_opregion_is(void)
{
	cleanup_bench struct bench bench;
	char asls[] = "asls=0x12345000";

	ASSERT_EQ(0, bench_begin(&bench, "igd", asls));
	ASSERT_EQ_FMT(0x12345000u, bench_config(&bench, 0xfc, 4), "%x");
	ASSERT_EQ_FMT(0x030000u, bench_config(&bench, PCI_CLASS_REVISION, 4) >> 8, "%x");
	bench_set_config(&bench, 0xfc, 0x1000, 4);
	ASSERT_EQ_FMT(0x1000u, bench_config(&bench, 0xfc, 4), "%x");
	device_begin_reset(bench.device, PCI_RESET_BUS);
	ASSERT_EQ_FMT(0x1000u, bench_config(&bench, 0xfc, 4), "%x");
	PASS();
}

struct wrong {
	const char *model, *word, *why;
};

TEST bad_parameters_are_named(void)
{
	static const struct wrong cases[] = {
		{"testdev", "rm=1", "testdev has no parameter 'rm=1': see device testdev --help"},
		{"testdev", "vendor=65536", "vendor=65536: expected a number from 0 to 0xffff"},
		{"testdev", "vendor=", "vendor=: expected a number from 0 to 0xffff"},
		{"testdev", "mmap=maybe", "mmap=maybe: there is on off"},
		{"testdev", "ram=3K",
		 "BAR 2 of 0xc00 bytes: expected a power of two, at least 16 (I/O: 4 to 64K)"},
		{"testdev", "caps=pm,msix:4",
		 "caps=: unknown capability 'msix:4': --help lists them"},
		{"testdev", "caps=pm:noreset:again",
		 "caps=: unknown capability 'pm:noreset:again': --help lists them"},
		{"testdev", "caps=pcie,sriov:2",
		 "caps=: unknown capability 'sriov:2': --help lists them"},
		{"testdev", "caps=pcie,sriov:32:1",
		 "capability 2: not possible: check its number of vectors, VFs or bytes; "
		 "extended capabilities need pcie"},
		{"testdev", "vfbar6=mem:4K",
		 "testdev has no parameter 'vfbar6=mem:4K': see device testdev --help"},
		{"testdev", "vfbar1=4K",
		 "vfbar1=4K: expected none or KIND:SIZE, with KIND one of mem mem64 pref pref64 "
		 "io"},
		{"testdev", "caps=cap:0x0a",
		 "caps=: unknown capability 'cap:0x0a': --help lists them"},
		{"testdev", "caps=cap:0x0a:1:0000",
		 "caps=: unknown capability 'cap:0x0a:1:0000': --help lists them"},
		{"testdev", "caps=ecap:2:8:0g",
		 "caps=: unknown capability 'ecap:2:8:0g': --help lists them"},
		{"testdev", "caps=ecap:2:4",
		 "capability 1: not possible: check its number of vectors, VFs or bytes; "
		 "extended capabilities need pcie"},
		{"testdev", "caps=msix:4@2",
		 "capability 1: its BAR is in use: choose a free one (msix:VECTORS@BAR)"},
		{"generic", "bar1=mem",
		 "bar1=mem: expected none or KIND:SIZE, with KIND one of mem mem64 pref pref64 io"},
		{"generic", "bar5=mem64:4K",
		 "BAR 5 of 0x1000 bytes: expected a power of two, at least 16 (I/O: 4 to 64K)"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_bench struct bench bench;
		cleanup_free char *word = text("%s", cases[i].word);

		ASSERT_EQ(-EINVAL, bench_begin(&bench, cases[i].model, word));
		ASSERT_STR_EQ(cases[i].why, bench.why.data);
	}
	PASS();
}

TEST capabilities_are_chosen_by_words(void)
{
	cleanup_bench struct bench bench;
	char caps[] = "caps=msix:2048@4,pm:noreset,msi:2:mask,vendor:9";

	ASSERT_EQ(0, bench_begin(&bench, "testdev", caps));
	ASSERT_EQ(PCI_CONFIG_ORDINARY, bench.device->function.config.size);
	ASSERT_EQ(2048, device_vectors(bench.device, PCI_IRQ_MSIX));
	ASSERT_EQ(2, device_vectors(bench.device, PCI_IRQ_MSI));
	ASSERT_EQ_FMT(0x10000u, (unsigned int)bench.device->shape.bars[4].size, "%x");
	ASSERT_EQ_FMT(8u, bench_config(&bench, bench.device->function.pm + PCI_PM_CTRL, 2), "%x");
	PASS();
}

TEST any_capability_can_be_given_as_bytes(void)
{
	cleanup_bench struct bench bench;
	char caps[] = "caps=pcie,cap:0x12:6:10ff,ecap:0x17:8:00020300";
	unsigned int at;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", caps));
	at = pci_config_find_cap(device_config(bench.device), 0x12);
	ASSERT_EQ_FMT(0xff10u, bench_config(&bench, at + 2, 4), "%x");
	at = pci_config_find_ecap(device_config(bench.device), 0x17);
	ASSERT_EQ_FMT(0x30200u, bench_config(&bench, at + 4, 4), "%x");
	bench_set_config(&bench, at + 4, 0xffffffff, 4);
	ASSERT_EQ_FMT(0x30200u, bench_config(&bench, at + 4, 4), "%x");
	PASS();
}

/* A PF with two VFs. Control and number are what the guest's module model-sriov goes by. */
TEST pf_has_sriov(void)
{
	char caps[] = "caps=pcie,aer,sriov:2:0x7e57";
	cleanup_bench struct bench bench;
	unsigned int at;

	ASSERT_EQ(0, bench_begin(&bench, "testdev", caps));
	at = pci_config_find_ecap(device_config(bench.device), PCI_EXT_CAP_ID_SRIOV);
	ASSERT(at);
	ASSERT_EQ(0x00020002, bench_config(&bench, at + PCI_SRIOV_INITIAL_VF, 4));
	ASSERT_EQ(0x00080008, bench_config(&bench, at + PCI_SRIOV_VF_OFFSET, 4));
	ASSERT_EQ(0x7e57, bench_config(&bench, at + PCI_SRIOV_VF_DID, 2));
	bench_set_config(&bench, at + PCI_SRIOV_NUM_VF, 2, 2);
	bench_set_config(&bench, at + PCI_SRIOV_CTRL, 0xffff, 2);
	ASSERT_EQ(2, bench_config(&bench, at + PCI_SRIOV_NUM_VF, 2));
	ASSERT_EQ(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE,
		  bench_config(&bench, at + PCI_SRIOV_CTRL, 2));
	PASS();
}

/* The words of the BARs may come after that of the capability. */
TEST vfs_have_bars(void)
{
	char *words[] = {(char *)"caps=pcie,aer,sriov:1:1", (char *)"vfbar0=mem:4K",
			 (char *)"vfbar2=pref64:64K"};
	cleanup_buf struct buf why = BUF_INIT;
	struct device *device = NULL;
	struct pci_config *config;
	unsigned int at;

	ASSERT_EQ(0,
		  device_create(device_model("testdev"), words, ARRAY_SIZE(words), &device, &why));
	config = device_config(device);
	at = pci_config_find_ecap(config, PCI_EXT_CAP_ID_SRIOV) + PCI_SRIOV_BAR;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		pci_config_write(config, at + 4 * i, (const uint8_t[]){255, 255, 255, 255}, 4);
	ASSERT_EQ_FMT(0xfffff000u, pci_get32(config->data, at), "%x");
	ASSERT_EQ_FMT(0u, pci_get32(config->data, at + 4), "%x");
	ASSERT_EQ_FMT(0xffff000cu, pci_get32(config->data, at + 8), "%x");
	ASSERT_EQ_FMT(0xffffffffu, pci_get32(config->data, at + 12), "%x");
	device_destroy(device);
	PASS();
}

/* It has no IDs, and answers although its COMMAND has no bit for that. */
TEST vf_answers_without_command(void)
{
	cleanup_bench struct bench bench;
	char vf[] = "vf=1";

	ASSERT_EQ(0, bench_begin(&bench, "testdev", vf));
	ASSERT_EQ_FMT(0xffffffffu, bench_config(&bench, PCI_VENDOR_ID, 4), "%x");
	ASSERT_EQ_FMT((uint32_t)PCI_COMMAND_MASTER, bench_config(&bench, PCI_COMMAND, 2), "%x");
	ASSERT_EQ(0, bench_config(&bench, PCI_INTERRUPT_PIN, 1));
	ASSERT_EQ_FMT(TESTDEV_ID_VALUE, bench_read(&bench, 0, TESTDEV_ID), "%x");
	ASSERT_EQ(0, bench.device->shape.bars[1].size);
	ASSERT_EQ(0, bench.device->shape.bars[5].size);
	ASSERT_EQ(0, bench.device->shape.rom);
	PASS();
}

TEST disintx_can_be_missing(void)
{
	cleanup_bench struct bench bench;
	char word[] = "disintx=off";

	ASSERT_EQ(0, bench_begin(&bench, "testdev", word));
	bench_set_config(&bench, PCI_COMMAND, 0xffff, 2);
	ASSERT_EQ_FMT(0u, bench_config(&bench, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE, "%x");
	PASS();
}

TEST rom_is_recognisable(void)
{
	cleanup_bench struct bench bench;
	uint8_t rom[4096], sum = 0;
	char word[] = "rom=4K";

	ASSERT_EQ(0, bench_begin(&bench, "testdev", word));
	ASSERT_EQ(0, client_read(&bench.client, VFIO_PCI_ROM_REGION_INDEX, 0, rom, sizeof(rom)));
	for (size_t i = 0; i < sizeof(rom); i++)
		sum = (uint8_t)(sum + rom[i]);
	ASSERT_EQ_FMT(0xaa55u, pci_get16(rom, 0), "%x");
	ASSERT_MEM_EQ("PCIR", rom + pci_get16(rom, 0x18), 4);
	ASSERT_EQ(0, sum);
	PASS();
}

struct expected_opregion {
	uint16_t version;
	size_t len;
	uint64_t rvda;
	uint32_t size_kib;
	char first;
};

TEST opregions_are_what_they_are_called(void)
{
	static const struct expected_opregion expected[OPREGION_KINDS] = {
		[OPREGION_1_0] = {0x100, 8192, 0, 8, 'M'},
		[OPREGION_2_0] = {0x200, 8192, 0, 8, 'M'},
		[OPREGION_2_0_RVDA] = {0x200, 16384, 0x1f002000, 8, 'M'},
		[OPREGION_2_1] = {0x201, 16384, 8192, 8, 'M'},
		[OPREGION_2_1_GAP] = {0x201, 20480, 12288, 8, 'M'},
		[OPREGION_BAD_SIGNATURE] = {0x100, 8192, 0, 8, 'B'},
		[OPREGION_NO_SIZE] = {0x100, 8192, 0, 0, 'M'},
		[OPREGION_OVERSIZE] = {0x100, 8192, 0, 0x3fffff, 'M'},
	};
	uint8_t data[OPREGION_MAX];

	for (unsigned int i = 0; i < OPREGION_KINDS; i++) {
		ASSERT_EQ(expected[i].len, opregion_make((enum opregion_kind)i, 0x1f000000, data));
		ASSERT_EQ_FMT(expected[i].version, pci_get16(data, 0x16), "%x");
		ASSERT_EQ_FMT((unsigned int)expected[i].rvda, pci_get32(data, 0x3ba), "%x");
		ASSERT_EQ_FMT(expected[i].size_kib, pci_get32(data, 0x10), "%x");
		ASSERT_EQ(expected[i].first, data[13]);
		ASSERT_MEM_EQ("$VBT", data + (expected[i].rvda ? expected[i].len - 8192 : 0x400),
			      4);
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(models_have_different_ids);
	RUN_TEST(example_reports_changes_by_msi);
	RUN_TEST(testdev_raises_each_kind);
	RUN_TEST(testdev_does_dma);
	RUN_TEST(accesses_of_all_sizes);
	RUN_TEST(igd_tells_where_its_opregion_is);
	RUN_TEST(bad_parameters_are_named);
	RUN_TEST(capabilities_are_chosen_by_words);
	RUN_TEST(any_capability_can_be_given_as_bytes);
	RUN_TEST(pf_has_sriov);
	RUN_TEST(vfs_have_bars);
	RUN_TEST(vf_answers_without_command);
	RUN_TEST(disintx_can_be_missing);
	RUN_TEST(rom_is_recognisable);
	RUN_TEST(opregions_are_what_they_are_called);
	GREATEST_MAIN_END();
}
