// SPDX-License-Identifier: GPL-2.0-only
/* The contents of a dump, and its errors. */
#include "lab/lspci/lspci-device.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

#define ROW "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff"

static int parse(const char *text, struct lspci_dump *dump, struct buf *why)
{
	return lspci_parse(text, strlen(text), dump, why);
}

TEST functions_have_their_lines_and_bytes(void)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, lspci_read("tests/data/dumps/text.txt", &dump, &why));
	ASSERT_EQ(1, dump.count);
	ASSERT_STR_EQ("05:00.0", dump.functions[0].address);
	ASSERT_STR_EQ("Subsystem: Example Inc. Board [1234:0042]", dump.functions[0].text.items[0]);
	ASSERT_EQ(0, dump.functions[0].hex);
	lspci_free(&dump);
	ASSERT_EQ(0, lspci_read("tests/data/dumps/hex.txt", &dump, &why));
	ASSERT_EQ(256, dump.functions[0].hex);
	ASSERT_EQ(3, dump.functions[0].bus);
	ASSERT_EQ(1, dump.functions[0].function);
	ASSERT_EQ(0xd0, dump.functions[0].bytes[0x34]);
	ASSERT_EQ(0, dump.functions[0].text.count);
	PASS();
}

TEST windows_lines_and_strange_spaces_are_read(void)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, parse("01:00.0 Class\xc2\xa0"
			   "ff00: 1234:7ef0 \r\n\xc2\xa0\tLatency: 8\r\n",
			   &dump, &why));
	ASSERT_STR_EQ("Class ff00: 1234:7ef0", dump.functions[0].title);
	ASSERT_STR_EQ("Latency: 8", dump.functions[0].text.items[0]);
	PASS();
}

/* lspci -nn; lspci -v; lspci -xxx, saved by an editor of Windows. */
TEST outputs_of_one_device_are_merged(void)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf text = BUF_INIT, why = BUF_INIT;

	buf_puts(&text, "\xef\xbb\xbf"
			"01:00.0 Net [0200]: X [1234:7ef0]\r\n02:00.0 B\r\n\r\n"
			"01:00.0 Net: X\r\n\tLatency: 8\r\n\r\n02:00.0 B\r\n\r\n01:00.0 Net\r\n");
	for (unsigned int at = 0; at < 64; at += 16)
		buf_printf(&text, "%02x: " ROW "\r\n", at);
	ASSERT_EQ(0, parse(text.data, &dump, &why));
	ASSERT_EQ(2, dump.count);
	ASSERT_STR_EQ("Net [0200]: X [1234:7ef0]", dump.functions[0].title);
	ASSERT_STR_EQ("Latency: 8", dump.functions[0].text.items[0]);
	ASSERT_EQ(64, dump.functions[0].hex);
	ASSERT_EQ(2, dump.functions[1].bus);
	PASS();
}

struct bad {
	const char *text, *why;
};

static const struct bad bads[] = {
	{"", "there is no device in it: expected the output of lspci -vvvxxxx"},
	{"hello\n00: " ROW "\n", "there is no device in it: expected the output of lspci -vvvxxxx"},
	{"01:00.0 x\n00: " ROW "\n10: 00 11\n",
	 "line 3: the hex of 01:00.0 is truncated: 2 bytes of 16; take it again with lspci "
	 "-vvvxxxx, as root"},
	{"01:00.0 x\n00: " ROW "\n20: " ROW "\n",
	 "line 3: the hex of 01:00.0 is not whole: expected the row of 0x10, got 0x20; take it "
	 "again with lspci -vvvxxxx, as root"},
	{"01:00.0 x\n00: " ROW "\n",
	 "the hex of 01:00.0 is truncated: it ends at 0x10 of 0x100; take it again with lspci "
	 "-vvvxxxx, as root"},
	{"01:00.0 x\n\tLatency: 8\n0000:01:00.0 x\n\tLatency: 8\n",
	 "0000:01:00.0 is in it twice, in lines 1 and 3: remove one"},
	{"01:00.0 \x01\n01:00", NULL},
};

TEST errors_are_reported(void)
{
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		cleanup_lspci struct lspci_dump dump = {0};
		cleanup_buf struct buf why = BUF_INIT;
		const int err = parse(bads[i].text, &dump, &why);

		ASSERT_EQ_FMT(bads[i].why ? -EINVAL : 0, err, "%d");
		if (bads[i].why)
			ASSERT_STR_EQ(bads[i].why, why.data);
	}
	PASS();
}

TEST no_text_is_refused(void)
{
	static const char binary[] = "01:00.0 x\n\0\0\0";
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-EINVAL, lspci_parse(binary, sizeof(binary), &dump, &why));
	ASSERT_STR_EQ("line 2: this is not what lspci prints: save its output as text", why.data);
	ASSERT_EQ(0, dump.count);
	PASS();
}

TEST a_missing_file_is_named(void)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-ENOENT, lspci_read("/nowhere", &dump, &why));
	ASSERT_STR_EQ("/nowhere: No such file or directory: name a file with the output of lspci "
		      "-vvvxxxx",
		      why.data);
	PASS();
}

TEST addresses_choose(void)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, lspci_read("tests/data/dumps/machine.txt", &dump, &why));
	ASSERT_EQ(6, dump.count);
	ASSERT_EQ(&dump.functions[3], lspci_find(&dump, "0000:01:00.1", &why));
	ASSERT_FALSE(lspci_find(&dump, NULL, &why));
	ASSERT_STR_EQ("6 devices are in it: choose one with function=ADDRESS, as in "
		      "function=00:1c.0",
		      why.data);
	buf_free(&why);
	ASSERT_FALSE(lspci_find(&dump, "07:00.0", &why));
	ASSERT_STR_EQ("07:00.0 is not in it; the first that is: 00:1c.0", why.data);
	buf_free(&why);
	ASSERT_FALSE(lspci_find(&dump, "card", &why));
	ASSERT_STR_EQ("card is no address: expected one like 00:1c.0", why.data);
	PASS();
}

TEST kinds_are_told_apart(void)
{
	static const enum lspci_kind kinds[] = {LSPCI_BRIDGE,	LSPCI_ENDPOINT, LSPCI_ENDPOINT,
						LSPCI_ENDPOINT, LSPCI_VF,	LSPCI_LOST};
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, lspci_read("tests/data/dumps/machine.txt", &dump, &why));
	for (size_t i = 0; i < dump.count; i++)
		ASSERT_EQ_FMT(kinds[i], lspci_kind(&dump, &dump.functions[i]), "%u");
	PASS();
}

/* The same from bytes: header type, IDs of a virtual function, all ones. */
TEST kinds_are_told_apart_by_bytes(void)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;
	struct lspci_function *f;

	ASSERT_EQ(0, lspci_read("tests/data/dumps/hex.txt", &dump, &why));
	f = dump.functions;
	ASSERT_EQ(LSPCI_ENDPOINT, lspci_kind(&dump, f));
	f->bytes[0x0e] = 0x81;
	ASSERT_EQ(LSPCI_BRIDGE, lspci_kind(&dump, f));
	f->bytes[0x0e] = 0x33;
	ASSERT_EQ(LSPCI_STRANGE, lspci_kind(&dump, f));
	f->bytes[0x0e] = 0;
	memset(f->bytes, 0xff, 4);
	ASSERT_EQ(LSPCI_VF, lspci_kind(&dump, f));
	memset(f->bytes, 0xff, 256);
	ASSERT_EQ(LSPCI_LOST, lspci_kind(&dump, f));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(functions_have_their_lines_and_bytes);
	RUN_TEST(outputs_of_one_device_are_merged);
	RUN_TEST(windows_lines_and_strange_spaces_are_read);
	RUN_TEST(errors_are_reported);
	RUN_TEST(no_text_is_refused);
	RUN_TEST(a_missing_file_is_named);
	RUN_TEST(addresses_choose);
	RUN_TEST(kinds_are_told_apart);
	RUN_TEST(kinds_are_told_apart_by_bytes);
	GREATEST_MAIN_END();
}
