// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vital product data: its content, and access by software, four bytes at a time. PCI 3.0, appendix
 * I.
 */
#include "lab/pci/function.h"

#include <linux/pci_regs.h>
#include <string.h>

/* Large resources have a tag and a two-byte length; the end tag is a small resource. */
#define NAME	 "vfiolab model"
#define READ_AT	 16u /* the read-only part: serial number and checksum */
#define SUM_AT	 29u /* of all bytes up to it, which makes their sum 0 */
#define WRITE_AT 32u /* the writable part */
#define WRITABLE 38u /* length of its only field */
#define END_AT	 63u

void pci_vpd_init(struct pci_function *function)
{
	static const uint8_t name[] = {0x82, sizeof(NAME) - 1, 0};
	static const uint8_t read_only[] = {0x90, 13,  0,   'S', 'N', 4, '0',
					    '0',  '0', '1', 'R', 'V', 3};
	static const uint8_t writable[] = {0x91, 28, 0, 'V', '0', 25};
	uint8_t *content = function->vpd_content;

	memset(content, 0, sizeof(function->vpd_content));
	memcpy(content, name, sizeof(name));
	memcpy(content + sizeof(name), NAME, sizeof(NAME) - 1);
	memcpy(content + READ_AT, read_only, sizeof(read_only));
	for (unsigned int i = 0; i < SUM_AT; i++)
		content[SUM_AT] = (uint8_t)(content[SUM_AT] - content[i]);
	memcpy(content + WRITE_AT, writable, sizeof(writable));
	content[END_AT] = 0x78;
}

void pci_vpd_transfer(struct pci_function *function)
{
	uint8_t *data = function->config.data + function->vpd + PCI_VPD_DATA;
	const uint16_t address = pci_get16(function->config.data, function->vpd + PCI_VPD_ADDR);
	const unsigned int at = address & PCI_VPD_ADDR_MASK & ~3u;
	const bool write = address & PCI_VPD_ADDR_F;

	for (unsigned int i = 0; i < 4; i++) {
		const unsigned int byte = at + i;

		if (!write)
			data[i] = byte < PCI_VPD_SIZE ? function->vpd_content[byte] : 0;
		else if (byte >= WRITABLE && byte < END_AT)
			function->vpd_content[byte] = data[i];
	}
	/* Inverting the flag signals completion. */
	pci_set16(function->config.data, function->vpd + PCI_VPD_ADDR, address ^ PCI_VPD_ADDR_F);
}
