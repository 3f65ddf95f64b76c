// SPDX-License-Identifier: GPL-2.0-only
/* What a dump has and a guest cannot: left out, limited or refused, and noted. */
#include "lab/lspci/lspci-device.h"
#include "tests/unit/lspci-bytes.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <string.h>

#define CARD	"05:00.0 0200: 1234:7ef0\n"
#define EXPRESS "\tCapabilities: [40] Express (v2) Endpoint, MSI 00\n"

/* A device of TEXT, and what is noted about it. */
static int load_text(const char *text, struct lspci_device *device, char **notes, struct buf *why)
{
	cleanup_lspci struct lspci_dump dump = {0};
	const struct lspci_ids none = {0};
	int err = lspci_parse(text, strlen(text), &dump, why);

	if (!err)
		err = lspci_device(&dump, &dump.functions[0], &none, device, why);
	if (!err)
		*notes = list_join(&device->invented, "; ");
	return err;
}

TEST virtio_is_refused(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_free char *notes = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-EINVAL, load_text("00:03.0 0200: 1af4:1041 (rev 01)\n", &device, &notes, &why));
	ASSERT_STR_EQ("00:03.0 is a virtio device, and the guest's virtio driver would wait for "
		      "answers that a model of a dump does not give: choose another device",
		      why.data);
	ASSERT_EQ(0, load_text("00:03.0 0500: 1af4:1110\n", &device, &notes, &why));
	PASS();
}

struct bar_case {
	const char *lines, *note;
	uint64_t size[2]; /* of BAR 0 and BAR 2 */
};

#define BAR(n, kind, size) "\tRegion " n ": Memory at 1000 (" kind ") [size=" size "]\n"

static const struct bar_case bar_cases[] = {
	{BAR("0", "64-bit, prefetchable", "16G") BAR("2", "64-bit, prefetchable", "512M"),
	 "BAR0 of 16G is cut to 512M",
	 {512 << 20, 512 << 20}},
	{BAR("0", "64-bit, non-prefetchable", "256T") BAR("2", "64-bit, non-prefetchable", "4K"),
	 "BAR0 of 256T is left out",
	 {0, 4096}},
	{BAR("0", "32-bit, prefetchable", "1G") BAR("2", "32-bit, non-prefetchable", "512M"),
	 "BAR0 of 1G is left out",
	 {0, 512 << 20}},
	{BAR("0", "32-bit, non-prefetchable", "512M") BAR("2", "32-bit, non-prefetchable", "1M"),
	 "BAR2 of 1M is left out",
	 {512 << 20, 0}},
};

TEST large_bars_are_cut_or_left_out(void)
{
	for (size_t i = 0; i < sizeof(bar_cases) / sizeof(bar_cases[0]); i++) {
		const struct bar_case *c = &bar_cases[i];
		cleanup_lspci_device struct lspci_device device = {0};
		cleanup_buf struct buf text = BUF_INIT, why = BUF_INIT;
		cleanup_free char *notes = NULL;

		buf_printf(&text, CARD "%s" EXPRESS, c->lines);
		ASSERT_EQ(0, load_text(text.data, &device, &notes, &why));
		ASSERT_EQ_FMT(c->size[0], device.bars[0].size, "0x%" PRIx64);
		ASSERT_EQ_FMT(c->size[1], device.bars[2].size, "0x%" PRIx64);
		ASSERT(strstr(notes, c->note));
	}
	PASS();
}

TEST cut_bar_has_its_size_in_rebar(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	uint8_t bytes[PCI_CONFIG_MAX] = {0x34, 0x12, 0xf0, 0x7e};

	pci_set32(bytes, PCI_BASE_ADDRESS_0, 0xc);
	pci_set32(bytes, 0x100, 0x00010000 | PCI_EXT_CAP_ID_REBAR);
	pci_set32(bytes, 0x104, 0x7f0);
	pci_set32(bytes, 0x108, 13 << 8 | 1 << 5); /* 8 GiB */
	ASSERT_EQ(0, load_bytes(bytes, &device));
	ASSERT_EQ(512 << 20, device.bars[0].size);
	ASSERT_EQ_FMT(9u << 8 | 1 << 5, pci_get32(device.image.bytes, 0x108), "%x");
	PASS();
}

TEST large_rom_is_limited(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_free char *notes = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load_text(CARD "\tExpansion ROM at fff00000 [disabled] [size=16M]\n", &device,
			       &notes, &why));
	ASSERT_EQ(1 << 20, device.rom);
	ASSERT(strstr(notes, "the ROM of 16M is limited to 1M"));
	PASS();
}

/* The table would be beyond the end of BAR 1, which is 4K. */
TEST msix_without_its_bar_is_dropped(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_free char *notes = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load_text(CARD BAR("0", "32-bit, non-prefetchable", "4K") EXPRESS
			       "\tCapabilities: [b0] MSI-X: Enable- Count=4 Masked-\n"
			       "\t\tVector table: BAR=0 offset=00002000\n"
			       "\t\tPBA: BAR=0 offset=00000800\n"
			       "\tCapabilities: [c0] Vital Product Data\n",
			       &device, &notes, &why));
	ASSERT_EQ_FMT(0xc0u, device.image.bytes[0x40 + PCI_CAP_LIST_NEXT] & 0xffu, "%x");
	ASSERT(strstr(notes, "no MSI-X (its table or PBA, at b0, is not within a BAR of memory)"));
	PASS();
}

/* Three entries, the last of which would be beyond config space. */
TEST enhanced_allocation_is_disabled(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	uint8_t bytes[PCI_CONFIG_MAX] = {0x34, 0x12, 0xf0, 0x7e};
	cleanup_free char *notes = NULL;

	bytes[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	bytes[PCI_CAPABILITY_LIST] = 0xe0;
	bytes[0xe0] = PCI_CAP_ID_EA;
	bytes[0xe0 + PCI_EA_NUM_ENT] = 3;
	pci_set32(bytes, 0xe4, PCI_EA_ENABLE | 2);
	pci_set32(bytes, 0xe8, 0x80000000);
	pci_set32(bytes, 0xf0, PCI_EA_ENABLE | 0x14);
	ASSERT_EQ(0, load_bytes(bytes, &device));
	ASSERT_EQ_FMT(2u, pci_get32(device.image.bytes, 0xe4), "%x");
	ASSERT_EQ_FMT(0x80000000u, pci_get32(device.image.bytes, 0xe8), "%x");
	ASSERT_EQ_FMT(0x14u, pci_get32(device.image.bytes, 0xf0), "%x");
	notes = list_join(&device.invented, "; ");
	ASSERT(strstr(notes, "Enhanced Allocation is disabled"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(virtio_is_refused);
	RUN_TEST(large_bars_are_cut_or_left_out);
	RUN_TEST(cut_bar_has_its_size_in_rebar);
	RUN_TEST(large_rom_is_limited);
	RUN_TEST(msix_without_its_bar_is_dropped);
	RUN_TEST(enhanced_allocation_is_disabled);
	GREATEST_MAIN_END();
}
