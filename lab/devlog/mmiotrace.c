// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's mmiotrace (Documentation/trace/mmiotrace.rst, kernel/trace/trace_mmiotrace.c):
 *
 *	R WIDTH SECONDS MAP PHYSICAL VALUE PC PID	a read; W: a write
 *	PCIDEV BUSDEVFN VENDORDEVICE IRQ 7xSTART 7xLENGTH DRIVER
 *	MARK SECONDS Lost N events.
 *
 * Lines VERSION, MAP, UNMAP, UNKNOWN and other marks say nothing that is needed.
 */
#include "lab/base/alloc.h"
#include "lab/devlog/parse.h"

#include <errno.h>
#include <linux/pci.h>
#include <string.h>

#define RESOURCES  7	   /* of a line PCIDEV: BARs and ROM */
#define FLAGS_MASK 0x0full /* of a resource's start */

/* "1.234567" */
static bool take_time(const char **at)
{
	uint64_t seconds, micros;

	return take_decimal(at, &seconds) && take_text(at, ".") && take_decimal(at, &micros);
}

static int take_access(struct replay_log *log, const char *at, bool write, uint32_t number,
		       struct buf *why)
{
	uint64_t len, map, physical, value, pc;

	if (take_decimal(&at, &len) && take_time(&at) && take_decimal(&at, &map) &&
	    take_hex(&at, &physical) && take_hex(&at, &value) && take_hex(&at, &pc) &&
	    is_access(physical, len)) {
		add_access(log, (struct replay_access){
					.at = physical,
					.value = value,
					.line = number,
					.space = REPLAY_PHYSICAL,
					.len = (uint8_t)len,
					.write = write,
				});
		return 1;
	}
	buf_printf(why, "%u: expected %c WIDTH SECONDS MAP 0xPHYSICAL 0xVALUE 0xPC PID", number,
		   write ? 'W' : 'R');
	return -EINVAL;
}

static bool take_resources(const char **at, uint64_t values[PCI_BARS])
{
	for (unsigned int i = 0; i < RESOURCES; i++) {
		uint64_t value;

		if (!take_hex(at, &value))
			return false;
		if (i < PCI_BARS)
			values[i] = value;
	}
	return true;
}

static int take_device(struct replay_log *log, const char *at, uint32_t number, struct buf *why)
{
	struct replay_device device = {0};
	uint64_t place, ids, irq;

	if (!take_hex(&at, &place) || !take_hex(&at, &ids) || !take_hex(&at, &irq) ||
	    !take_resources(&at, device.address) || !take_resources(&at, device.size) ||
	    place > UINT16_MAX || ids > UINT32_MAX) {
		buf_printf(why,
			   "%u: expected PCIDEV, bus and function, IDs, IRQ, 7 addresses and 7 "
			   "lengths, all in hex",
			   number);
		return -EINVAL;
	}
	device.bus = (unsigned int)place >> 8;
	device.slot = PCI_SLOT(place);
	device.function = PCI_FUNC(place);
	device.vendor = (uint16_t)(ids >> 16);
	device.device = (uint16_t)ids;
	for (unsigned int i = 0; i < PCI_BARS; i++)
		device.address[i] &= ~FLAGS_MASK;
	log->devices = one_more(log->devices, log->device_count, sizeof(device));
	log->devices[log->device_count++] = device;
	return 1;
}

static int take_mark(struct replay_log *log, const char *at, uint32_t number)
{
	if (!take_time(&at))
		return 0;
	at += strspn(at, " ");
	if (take_text(&at, "Lost ") && !log->lost_line)
		log->lost_line = number;
	return 1;
}

int mmiotrace_line(struct replay_log *log, const char *line, uint32_t number, struct buf *why)
{
	const char *at = line;

	if (take_text(&at, "R ") || take_text(&at, "W "))
		/* A line of another log may begin like that, but has no number there. */
		return log->kind == REPLAY_MMIOTRACE || (*at >= '1' && *at <= '9')
			       ? take_access(log, at, *line == 'W', number, why)
			       : 0;
	if (take_text(&at, "PCIDEV "))
		return take_device(log, at, number, why);
	if (take_text(&at, "MARK "))
		return take_mark(log, at, number);
	return take_text(&at, "VERSION 2007");
}
