// SPDX-License-Identifier: GPL-2.0-only
/* NVM Express: the admin queue, with one command. */
#include "scenarios/consumer/guest/devices.h"

#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

#define CC	  0x14
#define CC_ENABLE 0x00460001 /* entries of 16 and 64 bytes */
#define CSTS	  0x1c
#define CSTS_RDY  0x1
#define AQA	  0x24
#define ASQ	  0x28
#define ACQ	  0x30
#define DOORBELL  0x1000

#define ENTRIES		    2
#define IDENTIFY	    0x06
#define IDENTIFY_CONTROLLER 1
#define PHASE		    0x10000
#define STATUS		    0xfffe0000

#define PAGE 4096

struct command {
	uint32_t opcode, namespace, reserved[4], prp1, prp1_high, prp2[2], argument[6];
};

static struct command submission[ENTRIES] __attribute__((aligned(PAGE)));
static uint32_t completion[ENTRIES][4] __attribute__((aligned(PAGE)));
static uint32_t identity[PAGE / sizeof(uint32_t)] __attribute__((aligned(PAGE)));

static uint32_t address_of(const void *object)
{
	return (uint32_t)(uintptr_t)object;
}

static void enable(uint32_t nvme)
{
	/* The firmware may have used it. */
	write32(nvme + CC, 0);
	await("nvme is disabled", nvme + CSTS, CSTS_RDY, 0);
	write32(nvme + AQA, (ENTRIES - 1) << 16 | (ENTRIES - 1));
	write32(nvme + ASQ, address_of(submission));
	write32(nvme + ASQ + 4, 0);
	write32(nvme + ACQ, address_of(completion));
	write32(nvme + ACQ + 4, 0);
	write32(nvme + CC, CC_ENABLE);
	await("nvme is ready", nvme + CSTS, CSTS_RDY, CSTS_RDY);
}

void nvme_use(unsigned int slot)
{
	uint32_t nvme = pci_enable(slot);

	enable(nvme);
	submission[0].opcode = IDENTIFY;
	submission[0].prp1 = address_of(identity);
	submission[0].argument[0] = IDENTIFY_CONTROLLER;
	write32(nvme + DOORBELL, 1);
	await("nvme completes its command", address_of(&completion[0][3]), PHASE, PHASE);
	expect("status of the command", 0, completion[0][3] & STATUS);
	/* Bytes 4 to 23: "lab" and blanks. */
	expect("nvme's serial number", 0x2062616c, *(volatile uint32_t *)&identity[1]);
	write32(nvme + CC, 0);
	await("nvme is disabled again", nvme + CSTS, CSTS_RDY, 0);
}
