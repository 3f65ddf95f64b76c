// SPDX-License-Identifier: GPL-2.0-only
/* Converting a dump to a device: bits from text, bytes from hex, and the writable bits. */
#include "lab/lspci/lspci-device.h"
#include "tests/devices/bench.h"
#include "tests/unit/lspci-bytes.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <string.h>

static int load(const char *path, const char *address, struct lspci_device *device, struct buf *why)
{
	cleanup_lspci struct lspci_dump dump = {0};
	const struct lspci_ids none = {0};
	int err = lspci_read(path, &dump, why);

	return err ?: lspci_device(&dump, lspci_find(&dump, address, why), &none, device, why);
}

struct expected {
	unsigned int at, len;
	uint32_t value;
};

/* An offset and its value as one number, so that a failure shows both. */
static uint64_t pair(unsigned int at, uint32_t value)
{
	return (uint64_t)at << 32 | value;
}

static enum greatest_test_res check(const uint8_t *bytes, const struct expected *expected,
				    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct expected *e = &expected[i];
		uint32_t value = 0;

		memcpy(&value, bytes + e->at, e->len);
		ASSERT_EQ_FMT(pair(e->at, e->value), pair(e->at, value), "0x%" PRIx64);
	}
	PASS();
}

#define CHECK(bytes, expected)                                                                     \
	CHECK_CALL(check(bytes, expected, sizeof(expected) / sizeof((expected)[0])))

static const struct expected text_bytes[] = {
	{0x00, 4, 0x7ef01234},	{0x04, 2, 0x0507},
	{0x06, 2, 0x2210},	{0x08, 4, 0x02000104},
	{0x0c, 1, 0x10},	{0x2c, 4, 0x00421234},
	{0x34, 1, 0x40},	{0x3d, 1, 2},
	{0x40, 4, 0x4de35001}, /* D0 and D3hot, D2, 375 mA, DSI */
	{0x44, 2, 0x210b},	{0x50, 4, 0x01057005},
	{0x54, 4, 0xfee00018},	{0x58, 2, 0x4021},
	{0x5c, 4, 3},		{0x70, 4, 0x8080a011},
	{0x74, 4, 0x1003},	{0x78, 4, 0x4003},
	{0xa0, 4, 0x0002e810},	{0xa4, 4, 0x15048ce2}, /* 6.5 W is 65 of 0.1 W */
	{0xa8, 2, 0x5135},	{0xaa, 2, 0x0009},
	{0xac, 4, 0x03420883},	{0xb0, 2, 0x0040},
	{0xb2, 2, 0x1083},	{0xc4, 4, 0x0000081f},
	{0x100, 4, 0x30020001}, {0x104, 4, 0x00100000},
	{0x10c, 4, 0x00062030}, {0x114, 4, 0x00002000},
	{0x118, 4, 0x000000b4}, {0x11c, 4, 0x05008001},
	{0x128, 4, 0x0fed1784}, {0x300, 4, 0x1c010003},
	{0x304, 4, 0xfe334455}, {0x308, 4, 0x001122ff},
	{0x1c0, 4, 0x20010018}, {0x1c4, 4, 0x00001003},
	{0x200, 4, 0x22010015}, {0x204, 4, 0x00004300},
	{0x208, 4, 0x00000420}, {0x220, 4, 0x0001002f},
};

TEST text_gives_bits(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load("tests/data/dumps/text.txt", NULL, &device, &why));
	ASSERT_EQ(PCI_CONFIG_MAX, device.image.size);
	CHECK(device.image.bytes, text_bytes);
	ASSERT(device.pcie);
	ASSERT_EQ(PCI_EXP_TYPE_ENDPOINT, device.type);
	PASS();
}

TEST text_gives_bars(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load("tests/data/dumps/text.txt", NULL, &device, &why));
	ASSERT_EQ(16 << 20, device.bars[0].size);
	ASSERT_EQ(BAR_64BIT, device.bars[0].flags);
	ASSERT_EQ(0, device.bars[1].size);
	ASSERT_EQ(32 << 10, device.bars[3].size);
	ASSERT_EQ(0, device.bars[3].flags);
	ASSERT_EQ(32, device.bars[4].size);
	ASSERT_EQ(PCI_BASE_ADDRESS_SPACE_IO, device.bars[4].flags);
	ASSERT_EQ(512 << 10, device.rom);
	PASS();
}

TEST invented_contents_are_listed(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *all = NULL;

	ASSERT_EQ(0, load("tests/data/dumps/text.txt", NULL, &device, &why));
	all = list_join(&device.invented, "; ");
	ASSERT_STR_EQ("contents of capability [e8] Vendor Specific Information; contents of "
		      "capability [220] #2f; contents of BAR0 (16M); contents of BAR3 (32K); "
		      "contents of BAR4 (32); contents of the ROM",
		      all);
	PASS();
}

/* lspci -v prints no numbers of BARs; without privilege it prints no capabilities. */
TEST terse_text_is_enough(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load("tests/data/dumps/machine.txt", "00:02.0", &device, &why));
	ASSERT_EQ_FMT(0x7ef21234u, pci_get32(device.image.bytes, PCI_VENDOR_ID), "%x");
	ASSERT_EQ_FMT(0x03000000u, pci_get32(device.image.bytes, PCI_CLASS_REVISION), "%x");
	ASSERT_EQ(4 << 20, device.bars[0].size);
	ASSERT_EQ(256 << 20, device.bars[2].size);
	ASSERT_EQ(64, device.bars[4].size);
	ASSERT_EQ(0, device.image.bytes[PCI_CAPABILITY_LIST]);
	ASSERT_EQ(PCI_CONFIG_ORDINARY, device.image.size);
	PASS();
}

/* Bytes do not contain sizes: an address is a multiple of the size, and MSI-X must fit. */
TEST sizes_are_guessed_from_bytes(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load("tests/data/dumps/hex.txt", NULL, &device, &why));
	ASSERT_EQ(64 << 10, device.bars[0].size);
	ASSERT_EQ(PCI_BASE_ADDRESS_MEM_TYPE_64, device.bars[0].flags);
	ASSERT_EQ(0, device.bars[1].size);
	ASSERT_EQ(32, device.bars[2].size);
	ASSERT_STR_EQ("size of BAR0: 64K", device.invented.items[0]);
	PASS();
}

TEST others_are_refused(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-EINVAL, load("tests/data/dumps/machine.txt", "00:1c.0", &device, &why));
	ASSERT_STR_EQ("00:1c.0 is a bridge, and models are endpoints: choose a device behind it",
		      why.data);
	buf_free(&why);
	ASSERT_EQ(-EINVAL, load("tests/data/dumps/machine.txt", "01:02.2", &device, &why));
	ASSERT_STR_EQ("01:02.2 is a virtual function, and a model has none: choose its physical "
		      "function, or take the dump inside a guest that has it",
		      why.data);
	buf_free(&why);
	ASSERT_EQ(-EINVAL, load("tests/data/dumps/machine.txt", "02:00.0", &device, &why));
	ASSERT_STR_EQ("02:00.0 reads all ones, as a device that is gone or asleep does: take the "
		      "dump again while it works",
		      why.data);
	PASS();
}

static const struct expected power_on[] = {
	{0x04, 2, 0},	   /* COMMAND */
	{0x06, 2, 0x22b0}, /* STATUS keeps its errors */
	{0x0d, 1, 0x40},   /* latency */
	{0x0e, 1, 0x80},   /* several functions */
	{0x10, 4, 0x4},	   /* a BAR without an address */
	{0x18, 4, 0x1},	       {0x34, 1, 0xd0}, {0x3c, 4, 0x0804020b},
	{0x40, 4, 0x00431234}, /* outside of any capability */
	{0x50, 4, 0x00030011}, /* MSI-X: not enabled */
	{0x80, 4, 0x01025005}, /* MSI: not enabled, two vectors, masks */
	{0x84, 4, 0},	       {0x8c, 4, 0},	{0xd4, 4, 0}, /* PM: D0 */
	{0xe4, 4, 0x12345678},
};

TEST a_device_is_as_after_power_on(void)
{
	static char *words[] = {"file=tests/data/dumps/hex.txt"};
	cleanup_device struct device *device = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, device_create(device_model("lspci"), words, 1, &device, &why));
	CHECK(device->function.config.data, power_on);
	PASS();
}

struct write {
	unsigned int at, len;
	uint32_t value, read;
};

static const struct write writes[] = {
	{0x04, 2, 0xffff, 0x0547}, /* both spaces, bus master, parity, SERR, DisINTx */
	{0x0d, 1, 0xff, 0xf8},
	{0x10, 4, 0xffffffff, 0xffff0004},
	{0x14, 4, 0xffffffff, 0xffffffff},
	{0x18, 4, 0xffffffff, 0xffffffe1},
	{0x40, 4, 0xcafe, 0xcafe},
	{0x44, 4, 0xcafe, 0},
	{0x84, 4, 0xffffffff, 0xfffffffc},
	{0x88, 2, 0x1234, 0x1234},
	{0x8c, 4, 0xffffffff, 0x3},
	{0xd0, 4, 0, 0x080ae001},
	{0xd4, 2, 0x0100, 0x0100}, /* PME_En: the device has PME */
	{0xe4, 4, 0xdeadbeef, 0xdeadbeef},
};

TEST software_writes_what_it_can(void)
{
	cleanup_bench struct bench bench;
	char file[] = "file=tests/data/dumps/hex.txt";

	ASSERT_EQ(0, bench_begin(&bench, "lspci", file));
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		const struct write *w = &writes[i];

		bench_set_config(&bench, w->at, w->value, w->len);
		ASSERT_EQ_FMT(pair(w->at, w->read),
			      pair(w->at, bench_config(&bench, w->at, w->len)), "0x%" PRIx64);
	}
	PASS();
}

/* The address of an OpRegion is that of the dump's machine: vfio-pci would not find it. */
TEST graphics_lose_the_opregion(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_free char *invented = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load("tests/data/dumps/graphics.txt", NULL, &device, &why));
	ASSERT_EQ_FMT(0u, pci_get32(device.image.bytes, 0xfc), "%x");
	invented = list_join(&device.invented, "; ");
	ASSERT(strstr(invented, "no OpRegion"));
	PASS();
}

/* 40 -> 50 -> 60 -> 50, and 100 -> 200 -> 100. */
TEST loops_of_capabilities_are_cut(void)
{
	cleanup_lspci_device struct lspci_device device = {0};
	cleanup_free char *invented = NULL;
	uint8_t bytes[PCI_CONFIG_MAX] = {0x34, 0x12, 0xf0, 0x7e};

	bytes[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	bytes[PCI_CAPABILITY_LIST] = 0x40;
	pci_set16(bytes, 0x40, 0x5000 | PCI_CAP_ID_VNDR);
	pci_set16(bytes, 0x50, 0x6000 | PCI_CAP_ID_VNDR);
	pci_set16(bytes, 0x60, 0x5000 | PCI_CAP_ID_VNDR);
	pci_set32(bytes, 0x100, 0x20010000 | PCI_EXT_CAP_ID_DSN);
	pci_set32(bytes, 0x200, 0x10010000 | PCI_EXT_CAP_ID_VNDR);
	ASSERT_EQ(0, load_bytes(bytes, &device));
	ASSERT_EQ_FMT(0x5000u | PCI_CAP_ID_VNDR, pci_get16(device.image.bytes, 0x40), "%x");
	ASSERT_EQ_FMT(0x6000u | PCI_CAP_ID_VNDR, pci_get16(device.image.bytes, 0x50), "%x");
	ASSERT_EQ_FMT(0u | PCI_CAP_ID_VNDR, pci_get16(device.image.bytes, 0x60), "%x");
	ASSERT_EQ_FMT(0x20010000u | PCI_EXT_CAP_ID_DSN, pci_get32(device.image.bytes, 0x100), "%x");
	ASSERT_EQ_FMT(0x00010000u | PCI_EXT_CAP_ID_VNDR, pci_get32(device.image.bytes, 0x200),
		      "%x");
	invented = list_join(&device.invented, "; ");
	ASSERT(strstr(invented, "the end of the list of capabilities at 60, which loops"));
	ASSERT(strstr(invented,
		      "the end of the list of extended capabilities at 200, which loops"));
	PASS();
}

/* Table and PBA are in a BAR that is otherwise memory. */
TEST msix_lies_within_memory(void)
{
	cleanup_bench struct bench bench;
	char file[] = "file=tests/data/dumps/hex.txt";

	ASSERT_EQ(0, bench_begin(&bench, "lspci", file));
	bench_write(&bench, 0, 0x1000, 0x12345678);
	ASSERT_EQ_FMT(0x12345678u, bench_read(&bench, 0, 0x1000), "%x");
	ASSERT_EQ_FMT(1u, bench_read(&bench, 0, 0x200c), "%x"); /* masked after reset */
	bench_write(&bench, 0, 0x2008, 0x77);
	ASSERT_EQ_FMT(0x77u, bench_read(&bench, 0, 0x2008), "%x");
	bench_write(&bench, 0, 0x3000, 0xff);
	ASSERT_EQ_FMT(0u, bench_read(&bench, 0, 0x3000), "%x");
	ASSERT_EQ(4, device_vectors(bench.device, PCI_IRQ_MSIX));
	PASS();
}

struct refusal {
	char *words[3];
	const char *why;
};

#define HEX_FILE "file=tests/data/dumps/hex.txt"

static struct refusal refusals[] = {
	{{"pin=1"}, "no file=: name a file with the output of lspci -vvvxxxx"},
	{{HEX_FILE, "caps=pm"},
	 "tests/data/dumps/hex.txt: caps=: the model lspci has the capabilities of its file: leave "
	 "it out"},
	{{HEX_FILE, "bar0=mem:8K"},
	 "the MSI-X table is at 0x2000 of BAR 0, which has 0x2000 bytes: choose a BAR and a size "
	 "that hold it (bar0=mem:SIZE)"},
	{{HEX_FILE, "function=04:00.0"},
	 "tests/data/dumps/hex.txt: 04:00.0 is not in it; the first that is: 0000:03:00.1"},
};

TEST bad_parameters_are_named(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		cleanup_device struct device *device = NULL;
		cleanup_buf struct buf why = BUF_INIT;
		const size_t count = refusals[i].words[1] ? 2 : 1;

		ASSERT_EQ(-EINVAL, device_create(device_model("lspci"), refusals[i].words, count,
						 &device, &why));
		ASSERT_STR_EQ(refusals[i].why, why.data);
	}
	PASS();
}

TEST parameters_say_more_than_the_dump(void)
{
	static char *words[] = {"file=tests/data/dumps/hex.txt", "device=0x7ef9", "pin=3",
				"bar0=pref64:1M"};
	cleanup_device struct device *device = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, device_create(device_model("lspci"), words, 4, &device, &why));
	ASSERT_EQ_FMT(0x7ef91234u, pci_get32(device->function.config.data, PCI_VENDOR_ID), "%x");
	ASSERT_EQ(3, device->function.config.data[PCI_INTERRUPT_PIN]);
	ASSERT_EQ(1 << 20, device->shape.bars[0].size);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(text_gives_bits);
	RUN_TEST(text_gives_bars);
	RUN_TEST(invented_contents_are_listed);
	RUN_TEST(terse_text_is_enough);
	RUN_TEST(sizes_are_guessed_from_bytes);
	RUN_TEST(others_are_refused);
	RUN_TEST(a_device_is_as_after_power_on);
	RUN_TEST(software_writes_what_it_can);
	RUN_TEST(graphics_lose_the_opregion);
	RUN_TEST(loops_of_capabilities_are_cut);
	RUN_TEST(msix_lies_within_memory);
	RUN_TEST(bad_parameters_are_named);
	RUN_TEST(parameters_say_more_than_the_dump);
	GREATEST_MAIN_END();
}
