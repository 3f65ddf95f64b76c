/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest that the programs of scenarios/consumer start in QEMU: a few kilobytes without an
 * operating system, because a Linux would boot for a minute in a guest of a guest. It runs with
 * interrupts disabled, and drives one device that it was given with vfio-pci.
 */
#ifndef SCENARIOS_CONSUMER_GUEST_IO_H
#define SCENARIOS_CONSUMER_GUEST_IO_H

#include <stdbool.h>
#include <stdint.h>

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint32_t read32(uint32_t address)
{
	return *(volatile uint32_t *)(uintptr_t)address;
}

static inline void write32(uint32_t address, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)address = value;
}

/* Print TEXT to the first serial port. */
void print(const char *text);

/* Print VALUE in hexadecimal digits: with 0x in front, or as two digits. */
void print_hex(uint32_t value);
void print_byte(uint8_t value);

/* Print "guest: fail: WHAT: expected A, got B" and turn the machine off. */
void fail(const char *what, uint32_t expected, uint32_t actual) __attribute__((noreturn));

/* fail() unless ACTUAL is EXPECTED. */
static inline void expect(const char *what, uint32_t expected, uint32_t actual)
{
	if (expected != actual)
		fail(what, expected, actual);
}

/*
 * Read the register at ADDRESS until its bits in MASK are VALUE, or fail() with WHAT after many
 * reads. Each read of a device takes the outer kernel microseconds, so this is a limit in time.
 */
void await(const char *what, uint32_t address, uint32_t mask, uint32_t value);

void power_off(void) __attribute__((noreturn));

/* Reset the machine. */
void reboot(void) __attribute__((noreturn));

/* A byte that survives a reset of the machine, 0 at power-on. */
uint8_t kept_byte(void);
void keep_byte(uint8_t value);

#endif
