// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last word of the command line selects what the guest does, and with which device: rows of
 * the tables below. It ends with the line "guest: ok" or "guest: fail: ..." on its serial port, and
 * turns the machine off.
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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct device {
	const char *name;
	uint32_t id;
	void (*use)(unsigned int slot);
	uint32_t cleared; /* a register that a reset clears (devices.h); 0: none is used */
} devices[] = {
	{"edu", ID_EDU, edu_use, 0},	     {"e1000e", ID_E1000E, e1000e_use, E1000E_RDBAL},
	{"igb", ID_IGB, nic_use, IGB_RDBAL}, {"igb-vf", ID_IGB_VF, igb_vf_use, 0},
	{"nvme", ID_NVME, nvme_use, 0},	     {"igd-writer", ID_IGD, igd_write, 0},
	{"igd", ID_IGD, igd_use, 0},
};

static unsigned int find(const struct device *device)
{
	int slot = pci_find(device->id);

	if (slot < 0)
		fail("a device with this ID", device->id, 0xffffffff);
	return (unsigned int)slot;
}

static void use(const struct device *device)
{
	device->use(find(device));
}

static void clean(const struct device *device)
{
	nic_was_reset(find(device), device->cleared);
}

static void reset(const struct device *device)
{
	if (!kept_byte()) {
		nic_leave(find(device), device->cleared);
		keep_byte(1);
		print("guest: reboots\n");
		reboot();
	}
	clean(device);
}

static unsigned int await_device(const struct device *device)
{
	int slot = -1;

	for (uint32_t i = 0; slot < 0 && i < POLLS; i++)
		slot = pci_find(device->id);
	if (slot < 0)
		fail("the device is plugged in", device->id, 0xffffffff);
	return (unsigned int)slot;
}

static void halt(void)
{
	for (;;)
		__asm__ volatile("hlt");
}

/*
 * Use a device that may be plugged in later, release it when it is to be removed, and see it go.
 * The guest keeps running: QEMU has to report the removal.
 */
static void plug(const struct device *device)
{
	unsigned int slot;

	print("guest: waits\n");
	slot = await_device(device);
	device->use(slot);
	print("guest: used\n");
	for (uint32_t i = 0; i < POLLS && !(in32(SLOTS_DOWN) & 1u << slot); i++)
		;
	out32(SLOTS_EJECT, 1u << slot);
	expect("the slot is empty", 0xffffffff, pci_read(slot, 0));
	print("guest: ok\n");
	halt();
}

/* Use the device, and then keep running with it, until QEMU is ended. */
static void hold(const struct device *device)
{
	use(device);
	print("guest: holds\n");
	halt();
}

/* A word is the name of a device behind one of these. */
static const struct {
	const char *prefix;
	void (*act)(const struct device *device);
} acts[] = {
	{"", use}, {"reset-", reset}, {"clean-", clean}, {"plug-", plug}, {"hold-", hold},
};

/* The last word of LINE: QEMU begins the line with the name of the file. */
static const char *last_word(const char *line)
{
	const char *last = line;

	for (; *line; line++)
		if (*line == ' ')
			last = line + 1;
	return last;
}

/* Whether WORD is PREFIX and NAME, one behind the other. */
static bool is_word(const char *word, const char *prefix, const char *name)
{
	for (; *prefix && *prefix == *word; prefix++)
		word++;
	for (; !*prefix && *name && *name == *word; name++)
		word++;
	return !*prefix && !*name && !*word;
}

__attribute__((used)) static void guest_main(const struct information *information)
{
	const char *word = last_word((const char *)(uintptr_t)information->command_line);

	irq_prepare();
	for (unsigned int a = 0; a < COUNT(acts); a++) {
		for (unsigned int d = 0; d < COUNT(devices); d++) {
			if (!is_word(word, acts[a].prefix, devices[d].name))
				continue;
			acts[a].act(&devices[d]);
			print("guest: ok\n");
			power_off();
		}
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
