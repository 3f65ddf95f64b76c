// SPDX-License-Identifier: GPL-2.0-only
/* The mailbox between a virtual function of the 82576 and the driver of its physical function. */
#include "scenarios/consumer/guest/devices.h"

#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

#define STATUS	       0x0008
#define STATUS_LINK_UP 0x2

#define MAILBOX		0x0c40
#define MAILBOX_REQUEST 0x01 /* the buffer has a message for the PF */
#define MAILBOX_ACK	0x02 /* the message of the PF was read */
#define MAILBOX_TAKEN	0x04 /* the buffer is the VF's */
#define MAILBOX_MESSAGE 0x10 /* the buffer has a message for the VF; cleared by a read */
#define BUFFER		0x0800

#define RESET	       0x00000001
#define RESET_ACCEPTED 0x80000001

static void take_buffer(uint32_t vf)
{
	write32(vf + MAILBOX, MAILBOX_TAKEN);
	await("the VF has the mailbox", vf + MAILBOX, MAILBOX_TAKEN, MAILBOX_TAKEN);
}

static void print_mac(uint32_t low, uint32_t high)
{
	print("guest: mac ");
	for (unsigned int i = 0; i < 6; i++) {
		if (i)
			print(":");
		print_byte((uint8_t)((i < 4 ? low >> 8 * i : high >> 8 * (i - 4)) & 0xff));
	}
	print("\n");
}

void igb_vf_use(unsigned int slot)
{
	uint32_t vf = pci_enable(slot), low, high;

	await("the VF has a link", vf + STATUS, STATUS_LINK_UP, STATUS_LINK_UP);
	take_buffer(vf);
	write32(vf + BUFFER, RESET);
	write32(vf + MAILBOX, MAILBOX_REQUEST);
	await("the driver of the PF answers", vf + MAILBOX, MAILBOX_MESSAGE, MAILBOX_MESSAGE);
	take_buffer(vf);
	expect("the PF's answer to a reset", RESET_ACCEPTED, read32(vf + BUFFER));
	low = read32(vf + BUFFER + 4);
	high = read32(vf + BUFFER + 8);
	write32(vf + MAILBOX, MAILBOX_ACK);
	print_mac(low, high);
}
