// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's docs/specs/edu.rst */
#include "scenarios/consumer/guest/devices.h"

#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

#define IDENTITY	 0x00
#define IDENTITY_VALUE	 0x010000ed
#define LIVENESS	 0x04
#define FACTORIAL	 0x08
#define STATUS		 0x20
#define STATUS_COMPUTING 0x1
#define RAISE		 0x60
#define ACKNOWLEDGE	 0x64
#define DMA_FROM	 0x80
#define DMA_TO		 0x88
#define DMA_COUNT	 0x90
#define DMA_COMMAND	 0x98
#define DMA_START	 0x1
#define DMA_TO_MEMORY	 0x2
#define BUFFER		 0x40000

#define WORDS 256

/* Vectors of two interrupts, apart, so that the second is seen although the first is pending. */
#define VECTOR_FIRST  0x50
#define VECTOR_SECOND 0x51

static uint32_t memory[2][WORDS] __attribute__((aligned(4096)));

static void copy(uint32_t edu, uint32_t from, uint32_t to, uint32_t flags)
{
	write32(edu + DMA_FROM, from);
	write32(edu + DMA_TO, to);
	write32(edu + DMA_COUNT, sizeof(memory[0]));
	write32(edu + DMA_COMMAND, DMA_START | flags);
	await("the DMA of edu ends", edu + DMA_COMMAND, DMA_START, 0);
}

static void use_dma(uint32_t edu)
{
	for (uint32_t i = 0; i < WORDS; i++)
		memory[0][i] = i * 0x01010101 + 7;
	copy(edu, (uint32_t)(uintptr_t)memory[0], BUFFER, 0);
	copy(edu, BUFFER, (uint32_t)(uintptr_t)memory[1], DMA_TO_MEMORY);
	for (uint32_t i = 0; i < WORDS; i++)
		expect("a word that edu has copied", memory[0][i],
		       *(volatile uint32_t *)&memory[1][i]);
}

static void use_msi(uint32_t edu, unsigned int slot, uint8_t vector)
{
	msi_enable(slot, vector);
	write32(edu + RAISE, 1);
	irq_await("the MSI of edu is pending", vector);
	write32(edu + ACKNOWLEDGE, 1);
	msi_disable(slot);
}

void edu_use(unsigned int slot)
{
	uint32_t edu = pci_enable(slot);

	expect("edu's identity", IDENTITY_VALUE, read32(edu + IDENTITY));
	write32(edu + LIVENESS, 0x12345678);
	expect("edu's liveness register", ~0x12345678u, read32(edu + LIVENESS));
	write32(edu + FACTORIAL, 10);
	await("edu computes", edu + STATUS, STATUS_COMPUTING, 0);
	expect("edu's factorial of 10", 3628800, read32(edu + FACTORIAL));
	use_dma(edu);
	use_msi(edu, slot, VECTOR_FIRST);
	use_msi(edu, slot, VECTOR_SECOND);
}
