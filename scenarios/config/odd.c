// SPDX-License-Identifier: GPL-2.0-only
/*
 * config: less common capabilities whose registers have side effects. VFIO performs the requested
 * action itself, and shows the registers as the device would.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/host.h"

#include "lab/base/file.h"

#include <string.h>

/* The offset of the VPD capability, and the contents of the kernel's vpd attribute. */
struct vpd {
	struct dut *dut;
	unsigned int at;
	char *content;
	size_t len;
};

static void vpd_free(struct vpd *vpd)
{
	free(vpd->content);
}

#define cleanup_vpd __attribute__((cleanup(vpd_free)))

static int vpd_load(struct dut *dut, struct vpd *vpd)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/vpd", dut->address);

	*vpd = (struct vpd){.dut = dut, .at = config_capability(dut, PCI_CAP_ID_VPD)};
	return file_read(path, &vpd->content, &vpd->len);
}

/*
 * Write ADDRESS with FLAG. Returns true if the flag toggles, which means that the transfer is
 * complete.
 */
static bool vpd_does(const struct vpd *vpd, unsigned int address, uint16_t flag)
{
	const uint16_t word = (uint16_t)(address | flag);

	if (config_write16(vpd->dut, vpd->at + PCI_VPD_ADDR, word))
		return false;
	return (config_read16(vpd->dut, vpd->at + PCI_VPD_ADDR) ^ word) == PCI_VPD_ADDR_F;
}

static bool vpd_get(const struct vpd *vpd, unsigned int address, uint32_t *word)
{
	const bool done = vpd_does(vpd, address, 0);

	*word = config_read32(vpd->dut, vpd->at + PCI_VPD_DATA);
	return done;
}

static bool vpd_put(const struct vpd *vpd, unsigned int address, uint32_t word)
{
	return !config_write32(vpd->dut, vpd->at + PCI_VPD_DATA, word) &&
	       vpd_does(vpd, address, PCI_VPD_ADDR_F);
}

/* PCI 3.0, appendix I: four bytes at a time, through an address, a flag and a data register. */
SCENARIO(vpd_read_matches_kernel, "cap=vpd",
	 "VPD read through the capability matches the kernel's vpd attribute")
{
	cleanup_vpd struct vpd vpd = {0};

	ASSERT_OK(vpd_load(dut, &vpd));
	ASSERT_THAT(vpd.len >= 4, "the kernel finds %zu bytes of vital product data", vpd.len);
	for (unsigned int at = 0; at + 4 <= vpd.len; at += 4) {
		uint32_t word;

		ASSERT_THAT(vpd_get(&vpd, at, &word), "reading the word at %u does not complete",
			    at);
		ASSERT_BYTES(vpd.content + at, &word, sizeof(word));
	}
	PASS();
}

/*
 * Returns the offset of the writable field's content: behind the tag 0x91, its length, and the
 * field's name and length.
 */
static unsigned int vpd_writable(const struct vpd *vpd)
{
	const char *tag = memchr(vpd->content, 0x91, vpd->len);

	return tag ? ((unsigned int)(tag - vpd->content) + 6 + 3) & ~3u : 0;
}

SCENARIO(vpd_write_reaches_device, "cap=vpd",
	 "VPD written through the capability reaches the device, and the old data can be restored")
{
	cleanup_vpd struct vpd vpd = {0};
	cleanup_vpd struct vpd written = {0};
	cleanup_vpd struct vpd again = {0};
	static const uint32_t other = 0x64636261;
	unsigned int at;
	uint32_t was;

	ASSERT_OK(vpd_load(dut, &vpd));
	at = vpd_writable(&vpd);
	ASSERT_THAT(at && at + 4 <= vpd.len, "no part of the vital product data may be written");
	memcpy(&was, vpd.content + at, sizeof(was));
	ASSERT_THAT(vpd_put(&vpd, at, other), "writing the word at %u does not complete", at);
	ASSERT_OK(vpd_load(dut, &written));
	ASSERT_THAT(vpd_put(&vpd, at, was), "writing the word at %u back does not complete", at);
	ASSERT_OK(vpd_load(dut, &again));
	ASSERT_BYTES(&other, written.content + at, sizeof(other));
	ASSERT_NUMBER(vpd.len, again.len);
	ASSERT_BYTES(vpd.content, again.content, vpd.len);
	PASS();
}

/*
 * Nothing is guaranteed except that the device keeps working; the flag shows whether the kernel
 * reports the transfer as complete.
 */
SCENARIO(vpd_beyond_end_is_harmless, "cap=vpd",
	 "VPD accesses beyond the end do no harm and write nothing")
{
	cleanup_vpd struct vpd vpd = {0};
	cleanup_vpd struct vpd after = {0};
	uint32_t word;

	ASSERT_OK(vpd_load(dut, &vpd));
	fact("vpd.beyond.read=%s", vpd_get(&vpd, 0x7ff0, &word) ? "done" : "not done");
	fact("vpd.beyond.write=%s", vpd_put(&vpd, 0x7ff0, UINT32_MAX) ? "done" : "not done");
	ASSERT_OK(vpd_load(dut, &after));
	ASSERT_NUMBER(vpd.len, after.len);
	ASSERT_BYTES(vpd.content, after.content, vpd.len);
	PASS();
}

/* A write of only the address's lower byte, without the flag, starts no transfer. */
SCENARIO(vpd_half_address_write_starts_nothing, "cap=vpd",
	 "writing only half of the VPD address starts no transfer")
{
	const unsigned int at = config_capability(dut, PCI_CAP_ID_VPD) + PCI_VPD_ADDR;

	ASSERT_OK(config_write16(dut, at, 0));
	ASSERT_HEX(PCI_VPD_ADDR_F, config_read16(dut, at));
	ASSERT_OK(config_write8(dut, at, 4));
	ASSERT_HEX(PCI_VPD_ADDR_F | 4, config_read16(dut, at));
	PASS();
}

/*
 * Get the number of function-level resets that the device model received. Returns NULL, or a
 * message if the host refuses.
 */
static const char *read_flr_count(struct dut *dut, unsigned int *count)
{
	cleanup_free char *request = text("%s resets", dut->name);
	cleanup_free char *answer = NULL;

	if (!request_host(dut, "model", request, &answer) && sscanf(answer, "flr=%u", count) == 1)
		return NULL;
	return text("the model does not report its resets: %s", answer ? answer : "no answer");
}

/*
 * Advanced Capabilities for Conventional PCI: the bit starts a reset and reads as 0. VFIO performs
 * the reset itself.
 */
SCENARIO(af_flr_resets_device, "cap=af !reset=device_specific",
	 "an FLR requested through the Advanced Features capability resets the device")
{
	const unsigned int at = config_capability(dut, PCI_CAP_ID_AF);
	cleanup_command struct kept_command command = config_keep_command(dut);
	unsigned int before, after;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MASTER));
	ASSERT_CHECK(read_flr_count(dut, &before));
	ASSERT_OK(config_write8(dut, at + PCI_AF_CTRL, 0));
	ASSERT_CHECK(read_flr_count(dut, &after));
	ASSERT_NUMBER(before, after);
	ASSERT_OK(config_write8(dut, at + PCI_AF_CTRL, PCI_AF_CTRL_FLR));
	ASSERT_CHECK(read_flr_count(dut, &after));
	ASSERT_NUMBER(before + 1, after);
	ASSERT_HEX(0, config_read8(dut, at + PCI_AF_CTRL));
	ASSERT_HEX(command.value | PCI_COMMAND_MASTER, config_read16(dut, PCI_COMMAND));
	PASS();
}

/*
 * VFIO cannot take the first extended capability off the list, as no other one points to it. So it
 * shows an ID of 0.
 */
SCENARIO(unknown_first_extended_capability_hidden, "for=unknown-first once",
	 "an unknown first extended capability reads as ID 0 with its next pointer, and is "
	 "read-only",
	 .risky = true)
{
	const uint32_t next = 0xfff00000;
	uint32_t before, after;

	ASSERT_OK(pci_config(dut->address, PCI_CFG_SPACE_SIZE, &before, sizeof(before)));
	ASSERT_HEX(before & next, config_read32(dut, PCI_CFG_SPACE_SIZE));
	ASSERT_OK(config_write32(dut, PCI_CFG_SPACE_SIZE, UINT32_MAX));
	ASSERT_OK(pci_config(dut->address, PCI_CFG_SPACE_SIZE, &after, sizeof(after)));
	ASSERT_HEX(before, after);
	ASSERT_HEX(before & next, config_read32(dut, PCI_CFG_SPACE_SIZE));
	PASS();
}
