// SPDX-License-Identifier: GPL-2.0-only
/* The OpRegion of Intel graphics. Intel IGD OpRegion Specification 1.0. */
#include "scenarios/consumer/guest/devices.h"

#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

#define APERTURE  0x18 /* BAR 2 */
#define BAR_FLAGS 0xf
#define ASLS	  0xfc /* the address of the OpRegion */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Its head, and words from the first to the last page. */
static const struct {
	uint32_t at, value;
} words[] = {
	{0x00, 0x65746e49}, /* "IntelGraphicsMem" */
	{0x04, 0x6172476c},   {0x08, 0x63696870},   {0x0c, 0x6d654d73}, {0x10, 8}, /* KiB */
	{0x14, 0x01000000},							   /* version 1.0 */
	{0x400, 0x54425624},							   /* "$VBT" */
	{0x1000, 0x31313131}, {0x1ffc, 0x32323232},
};

void igd_write(unsigned int slot)
{
	uint32_t aperture;

	pci_enable(slot);
	aperture = pci_read(slot, APERTURE) & ~BAR_FLAGS;
	for (unsigned int i = 0; i < COUNT(words); i++)
		write32(aperture + words[i].at, words[i].value);
	for (unsigned int i = 0; i < COUNT(words); i++)
		expect("a word in the aperture", words[i].value, read32(aperture + words[i].at));
}

void igd_use(unsigned int slot)
{
	uint32_t opregion = pci_read(slot, ASLS);

	if (!opregion)
		fail("address of the OpRegion", 1, 0);
	for (unsigned int i = 0; i < COUNT(words); i++)
		expect("a word of the OpRegion", words[i].value, read32(opregion + words[i].at));
}
