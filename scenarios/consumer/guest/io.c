// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/consumer/guest/io.h"

#define COM1	    0x3f8
#define COM1_STATUS (COM1 + 5)
#define COM1_EMPTY  0x20

/* PM1a_CNT as SeaBIOS places it in QEMU's machines; 0x2000 is SLP_EN, of S5. */
#define PM1A_CNT 0x604
#define S5	 0x2000

#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71
#define KEPT	   0x7d /* unused by SeaBIOS */

#define KEYBOARD       0x64
#define KEYBOARD_RESET 0xfe

#define AWAIT_READS 2000000

void print(const char *text)
{
	for (; *text; text++) {
		while (!(in8(COM1_STATUS) & COM1_EMPTY))
			;
		out8(COM1, (uint8_t)*text);
	}
}

void print_hex(uint32_t value)
{
	char digits[] = "0x00000000";

	for (int i = 9; i > 1; i--, value >>= 4)
		digits[i] = "0123456789abcdef"[value & 0xf];
	print(digits);
}

void print_byte(uint8_t value)
{
	static const char digits[] = "0123456789abcdef";
	const char byte[] = {digits[value >> 4], digits[value & 0xf], '\0'};

	print(byte);
}

void fail(const char *what, uint32_t expected, uint32_t actual)
{
	print("guest: fail: ");
	print(what);
	print(": expected ");
	print_hex(expected);
	print(", got ");
	print_hex(actual);
	print("\n");
	power_off();
}

void await(const char *what, uint32_t address, uint32_t mask, uint32_t value)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < AWAIT_READS; i++) {
		seen = read32(address) & mask;
		if (seen == value)
			return;
	}
	fail(what, value, seen);
}

void power_off(void)
{
	for (;;)
		out16(PM1A_CNT, S5);
}

void reboot(void)
{
	for (;;)
		out8(KEYBOARD, KEYBOARD_RESET);
}

uint8_t kept_byte(void)
{
	out8(CMOS_INDEX, KEPT);
	return in8(CMOS_DATA);
}

void keep_byte(uint8_t value)
{
	out8(CMOS_INDEX, KEPT);
	out8(CMOS_DATA, value);
}
