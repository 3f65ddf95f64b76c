// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first word of the command line selects what the guest does: a row of the table below. It ends
 * with the line "guest: ok" or "guest: fail: ..." on its serial port, and turns the machine off.
 */
#include "scenarios/consumer/guest/devices.h"
#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

/* The multiboot header tells QEMU that this is a 32-bit kernel. */
#define MAGIC 0x1badb002

__attribute__((section(".multiboot"), used)) static const uint32_t header[] = {MAGIC, 0,
									       -(uint32_t)MAGIC};

/* The multiboot information, of which the command line is used. */
struct information {
	uint32_t flags, lower, upper, device, command_line;
};

/* ACPI hot-plug of QEMU's i440fx: slots to be removed, and those that the guest releases. */
#define SLOTS_DOWN  0xae04
#define SLOTS_EJECT 0xae08

#define POLLS 20000000

static unsigned int find(uint32_t id)
{
	int slot = pci_find(id);

	if (slot < 0)
		fail("a device with this ID", id, 0xffffffff);
	return (unsigned int)slot;
}

static void use_edu(void)
{
	edu_use(find(ID_EDU));
}

static void use_e1000e(void)
{
	e1000e_use(find(ID_E1000E));
}

static void use_nvme(void)
{
	nvme_use(find(ID_NVME));
}

static void reset_e1000e(void)
{
	if (!kept_byte()) {
		e1000e_leave(find(ID_E1000E));
		keep_byte(1);
		print("guest: reboots\n");
		reboot();
	}
	e1000e_was_reset(find(ID_E1000E));
}

static unsigned int await_edu(void)
{
	int slot = -1;

	for (uint32_t i = 0; slot < 0 && i < POLLS; i++)
		slot = pci_find(ID_EDU);
	if (slot < 0)
		fail("edu is plugged in", ID_EDU, 0xffffffff);
	return (unsigned int)slot;
}

static void halt(void)
{
	for (;;)
		__asm__ volatile("hlt");
}

/*
 * Use an edu that is plugged in later, release it when it is to be removed, and see it go. The
 * guest keeps running: QEMU has to report the removal.
 */
static void plug_edu(void)
{
	unsigned int slot;

	print("guest: waits\n");
	slot = await_edu();
	edu_use(slot);
	print("guest: used\n");
	for (uint32_t i = 0; i < POLLS && !(in32(SLOTS_DOWN) & 1u << slot); i++)
		;
	out32(SLOTS_EJECT, 1u << slot);
	expect("the slot is empty", 0xffffffff, pci_read(slot, 0));
	print("guest: ok\n");
	halt();
}

/* Use the edu, and then keep running with it, until QEMU is ended. */
static void hold_edu(void)
{
	use_edu();
	print("guest: holds\n");
	halt();
}

static const struct {
	const char *word;
	void (*act)(void);
} acts[] = {
	{"edu", use_edu},	{"e1000e", use_e1000e},
	{"nvme", use_nvme},	{"e1000e-reset", reset_e1000e},
	{"plug-edu", plug_edu}, {"hold-edu", hold_edu},
};

/* Whether the last word of LINE is WORD: QEMU begins the line with the name of the file. */
static bool ends_with(const char *line, const char *word)
{
	const char *last = line, *at;

	for (at = line; *at; at++)
		if (*at == ' ')
			last = at + 1;
	while (*word && *last == *word) {
		word++;
		last++;
	}
	return !*word && !*last;
}

__attribute__((used)) static void guest_main(const struct information *information)
{
	const char *line = (const char *)(uintptr_t)information->command_line;

	irq_prepare();
	for (unsigned int i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (!ends_with(line, acts[i].word))
			continue;
		acts[i].act();
		print("guest: ok\n");
		power_off();
	}
	fail("a word of the command line", 1, 0);
}

__attribute__((naked, used)) void _start(void);
__attribute__((naked, used)) void _start(void)
{
	__asm__("mov $stack_end, %esp\n\t"
		"push %ebx\n\t"
		"call guest_main\n\t");
}

__asm__(".bss\n\t"
	".balign 16\n\t"
	".skip 16384\n"
	"stack_end:\n\t"
	".text\n\t");
