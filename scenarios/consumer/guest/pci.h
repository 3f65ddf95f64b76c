/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI configuration space of the guest's root bus, by configuration mechanism 1. */
#ifndef SCENARIOS_CONSUMER_GUEST_PCI_H
#define SCENARIOS_CONSUMER_GUEST_PCI_H

#include <stdbool.h>
#include <stdint.h>

/* Vendor and device IDs, as in the first register. */
#define ID_EDU	  0x11e81234
#define ID_E1000E 0x10d38086
#define ID_IGB	  0x10c98086
#define ID_IGB_VF 0x10ca8086
#define ID_NVME	  0x00101b36
#define ID_IGD	  0x59128086

uint32_t pci_read(unsigned int slot, unsigned int at);
void pci_write(unsigned int slot, unsigned int at, uint32_t value);

/* The slot of the device with ID, or -1. */
int pci_find(uint32_t id);

/*
 * Enable memory and bus mastering of the device in SLOT. Returns the address of its first BAR,
 * which is set first if the firmware has not: the device was plugged in later.
 */
uint32_t pci_enable(unsigned int slot);

/* The offset of capability ID of the device in SLOT, or 0. */
unsigned int pci_capability(unsigned int slot, uint8_t id);

/*
 * Put the device in SLOT into D3hot, and wake it. fail() if it is in another state than it was
 * asked for.
 */
void pci_sleep_and_wake(unsigned int slot);

/*
 * Enable the MSI of the device in SLOT with VECTOR, for the only processor, or disable it.
 */
void msi_enable(unsigned int slot, uint8_t vector);
void msi_disable(unsigned int slot);

/* Wait until VECTOR is pending in the local APIC, or fail() with WHAT. */
void irq_await(const char *what, uint8_t vector);

/* Let the local APIC take interrupts, which stay pending as the processor never takes them. */
void irq_prepare(void);

#endif
