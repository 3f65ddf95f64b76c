// SPDX-License-Identifier: GPL-2.0-only
/* The machine made from a dump: its devices and their places. */
#include "runner/plan/lspci-machine.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

#define EXPRESS "\tCapabilities: [40] Express (v2) Endpoint, MSI 00\n"

static int make(const char *text, const char *only, struct buf *xml, struct buf *notes,
		struct buf *why)
{
	cleanup_lspci struct lspci_dump dump = {0};
	const struct lspci_ids none = {0};
	const struct lspci_request request = {
		.dump = &dump, .ids = &none, .file = "dump", .only = only};
	int err = lspci_parse(text, strlen(text), &dump, why);

	return err ?: lspci_machine_xml(&request, xml, notes, why);
}

TEST functions_of_a_slot_stay_in_a_slot(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make("05:00.1 0200: 1234:7ef1\n" EXPRESS "05:00.0 0200: 1234:7ef0\n" EXPRESS,
			  NULL, &xml, &notes, &why));
	ASSERT(strstr(xml.data, "<lab:dut name=\"05:00.0\" path=\"02.0/00.0\"/>"));
	ASSERT(strstr(xml.data, "<lab:dut name=\"05:00.1\" path=\"02.0/00.1\"/>"));
	ASSERT(strstr(xml.data,
		      "bus=\"pci.1\" addr=\"0.1\" params=\"file=dump function=05:00.1\""));
	PASS();
}

TEST conventional_devices_share_a_bridge(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make("09:01.0 0100: 1234:7ef1\n09:02.0 0100: 1234:7ef2\n", NULL, &xml, &notes,
			  &why));
	ASSERT(strstr(xml.data, "<lab:dut name=\"09:01.0\" path=\"02.0/00.0/01.0\"/>"));
	ASSERT(strstr(xml.data, "<lab:dut name=\"09:02.0\" path=\"02.0/00.0/02.0\"/>"));
	ASSERT_EQ(NULL, strstr(xml.data, "index=\"3\""));
	PASS();
}

/* QEMU's bridge has no slot 0. */
TEST slot_0_behind_a_bridge_is_moved(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make("09:00.0 0100: 1234:7ef1\n09:00.1 0100: 1234:7ef1\n"
			  "09:01.0 0100: 1234:7ef2\n",
			  NULL, &xml, &notes, &why));
	ASSERT(strstr(xml.data, "<lab:dut name=\"09:00.0\" path=\"02.0/00.0/02.0\"/>"));
	ASSERT(strstr(xml.data, "<lab:dut name=\"09:00.1\" path=\"02.0/00.0/02.1\"/>"));
	ASSERT(strstr(xml.data, "<lab:dut name=\"09:01.0\" path=\"02.0/00.0/01.0\"/>"));
	ASSERT(strstr(notes.data, "moved: 09:00.0 is in slot 02 behind a bridge of QEMU, which "
				  "reserves slot 00\n"));
	PASS();
}

TEST bus_0_is_the_root_bus(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make("00:14.3 0280: 1234:7ef1\n", NULL, &xml, &notes, &why));
	ASSERT(strstr(xml.data, "<lab:dut name=\"00:14.3\" path=\"14.0\"/>"));
	ASSERT(strstr(xml.data, "bus=\"pcie.0\" addr=\"14.0\""));
	ASSERT(strstr(notes.data, "moved: 00:14.3 is function 0, which the dump lacks\n"));
	PASS();
}

TEST omitted_functions_are_reported(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make("00:01.0 0604: 1234:7ef0\n\tBus: primary=00\n05:00.0 0200: "
			  "1234:7ef1\n" EXPRESS,
			  NULL, &xml, &notes, &why));
	ASSERT(strstr(notes.data, "left out: 00:01.0 is a bridge, and models are endpoints"));
	ASSERT(strstr(notes.data, "device  05:00.0 1234:7ef1 0200, 0 of 4096 bytes of config space "
				  "in hex\n"));
	ASSERT_EQ(NULL, strstr(xml.data, "00:01.0"));
	PASS();
}

TEST a_bridge_alone_is_an_error(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(-EINVAL,
		  make("00:01.0 0604: 1234:7ef0\n\tBus: primary=00\n", NULL, &xml, &notes, &why));
	ASSERT_STR_EQ("00:01.0 is a bridge, and models are endpoints: choose a device behind it",
		      why.data);
	PASS();
}

TEST addresses_choose(void)
{
	static const char dump[] =
		"05:00.0 0200: 1234:7ef1\n" EXPRESS "06:00.0 0200: 1234:7ef2\n" EXPRESS;
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make(dump, "06:00.0", &xml, &notes, &why));
	ASSERT_EQ(NULL, strstr(xml.data, "05:00.0"));
	ASSERT_EQ(-EINVAL, make(dump, "07:00.0", &xml, &notes, &why));
	ASSERT_STR_EQ("07:00.0 is not in it; the first that is: 05:00.0", why.data);
	PASS();
}

TEST a_machine_has_so_many_slots(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT, dump = BUF_INIT;

	for (unsigned int bus = 1; bus < 40; bus++)
		buf_printf(&dump, "%02x:00.0 0200: 1234:7ef1\n" EXPRESS, bus);
	ASSERT_EQ(-EINVAL, make(dump.data, NULL, &xml, &notes, &why));
	ASSERT_STR_EQ("39 slots of it have devices, and a machine has 28: choose some with --lspci "
		      "FILE@ADDRESS,ADDRESS...",
		      why.data);
	PASS();
}

#define IO_BAR	   "\tRegion 0: I/O ports at e000 [size=32]\n"
#define MEMORY_BAR "\tRegion 0: Memory at e0000000 (32-bit, non-prefetchable) [size=256M]\n"

/* COUNT cards with BAR, each on a bus of its own. */
static int make_cards(unsigned int count, const char *bar, struct buf *why)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, dump = BUF_INIT;

	for (unsigned int bus = 1; bus <= count; bus++)
		buf_printf(&dump, "%02x:00.0 0200: 1234:7ef1\n%s" EXPRESS, bus, bar);
	return make(dump.data, NULL, &xml, &notes, why);
}

/* The firmware would stop. */
TEST bars_have_room(void)
{
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, make_cards(14, IO_BAR, &why));
	ASSERT_EQ(-EINVAL, make_cards(15, IO_BAR, &why));
	ASSERT_STR_EQ("15 slots and bridges of it have I/O ports, and a machine has room for 14: "
		      "choose some with --lspci FILE@ADDRESS,ADDRESS...",
		      why.data);
	buf_free(&why);
	ASSERT_EQ(0, make_cards(3, MEMORY_BAR, &why));
	ASSERT_EQ(-EINVAL, make_cards(4, MEMORY_BAR, &why));
	ASSERT_STR_EQ("BARs of 1024 MiB of it must be below 4 GiB, and a machine has room for 896 "
		      "MiB: choose some with --lspci FILE@ADDRESS,ADDRESS...",
		      why.data);
	PASS();
}

#define CARDS                                                                                      \
	"05:00.0 0200: 1234:7ef0\n\tRegion 0: Memory at e1000000 (32-bit, non-prefetchable) "      \
	"[size=4K]\n" EXPRESS                                                                      \
	"06:00.0 0200: 1234:7ef1\n\tRegion 0: Memory at e2000000 (32-bit, non-prefetchable) "      \
	"[size=4K]\n" EXPRESS

static int make_replay(const char *log_text, struct buf *xml, struct buf *notes, struct buf *why)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_replay_log struct replay_log log = {0};
	const struct lspci_ids none = {0};
	const struct lspci_request request = {
		.dump = &dump,
		.ids = &none,
		.file = "dump",
		.replay = &log,
		.replay_path = "card.log",
		.replay_file = "replay",
	};
	int err = lspci_parse(CARDS, strlen(CARDS), &dump, why)
			  ?: replay_parse(log_text, strlen(log_text), &log, why);

	return err ?: lspci_machine_xml(&request, xml, notes, why);
}

TEST the_device_of_a_log_replays_it(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(0, make_replay("R 4 1.5 1 0xe2000004 0x7 0x1 0\n", &xml, &notes, &why));
	ASSERT(strstr(notes.data, "replay  06:00.0 1 read, 0 writes, 0 resets in BAR0\n"));
	ASSERT(strstr(xml.data, "params=\"file=dump function=05:00.0\""));
	ASSERT(strstr(xml.data, "params=\"file=dump function=06:00.0 replay=replay\""));
	PASS();
}

TEST a_log_of_another_device_is_refused(void)
{
	cleanup_buf struct buf xml = BUF_INIT, notes = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(-ESRCH, make_replay("R 4 1.5 1 0xe3000004 0x7 0x1 0\n", &xml, &notes, &why));
	ASSERT(strstr(why.data, "card.log: no access to a BAR of 05:00.0"));
	buf_free(&why);
	ASSERT_EQ(-ESRCH, make_replay("vfio_region_read  (0000:06:00.0:region0+0x1000, 4) = 0x0\n",
				      &xml, &notes, &why));
	ASSERT(strstr(why.data, "card.log:1: 0x1000 is beyond BAR0 of 06:00.0"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(functions_of_a_slot_stay_in_a_slot);
	RUN_TEST(conventional_devices_share_a_bridge);
	RUN_TEST(slot_0_behind_a_bridge_is_moved);
	RUN_TEST(bus_0_is_the_root_bus);
	RUN_TEST(omitted_functions_are_reported);
	RUN_TEST(a_bridge_alone_is_an_error);
	RUN_TEST(addresses_choose);
	RUN_TEST(a_machine_has_so_many_slots);
	RUN_TEST(bars_have_room);
	RUN_TEST(the_device_of_a_log_replays_it);
	RUN_TEST(a_log_of_another_device_is_refused);
	GREATEST_MAIN_END();
}
