/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accesses to devices of a real machine, as a log has them (docs/replay.md). Two kinds of logs are
 * known: trace events of QEMU (vfio_region_read and others, as its backends log, simple, syslog
 * and ftrace print them), and the kernel's mmiotrace.
 */
#ifndef LAB_DEVLOG_LOG_H
#define LAB_DEVLOG_LOG_H

#include "lab/base/buf.h"
#include "lab/pci/header.h"

#include <stdbool.h>
#include <stdint.h>

#define REPLAY_FILE_MAX (256u << 20) /* bytes */

/* The spaces of a device, as VFIO numbers its regions. BARs are 0 to 5. */
enum replay_space {
	REPLAY_ROM = 6,
	REPLAY_CONFIG = 7,
	REPLAY_VGA = 8,
	REPLAY_PHYSICAL = 255, /* mmiotrace: AT is a physical address */
};

struct replay_access {
	uint64_t at; /* bytes, from the beginning of the space */
	uint64_t value;
	uint32_t line;	 /* of the file, from 1 */
	uint32_t device; /* index; 0 with REPLAY_PHYSICAL */
	uint8_t space;	 /* a BAR, or enum replay_space, or a higher number */
	uint8_t len;	 /* 1, 2, 4 or 8 bytes */
	bool write;
};

/* A device of the log. */
struct replay_device {
	char *name; /* QEMU's name for it, "0000:01:00.0" or any other text; NULL with mmiotrace */
	/* of mmiotrace's line PCIDEV: */
	unsigned int bus, slot, function;
	uint16_t vendor, device;
	uint64_t address[PCI_BARS], size[PCI_BARS]; /* of BARs; 0: none */
};

enum replay_kind { REPLAY_NOTHING, REPLAY_QEMU, REPLAY_MMIOTRACE };

struct replay_log {
	enum replay_kind kind;
	struct replay_access *accesses;
	size_t count, limit;
	struct replay_device *devices;
	size_t device_count;
	unsigned int lost_line; /* where mmiotrace says that events were lost; 0: nowhere */
};

/*
 * Parse LEN bytes of DATA. Lines that are no accesses are ignored. Returns 0, or -EINVAL with a
 * message in WHY that begins with the number of the line if there is one: an access that is
 * malformed or cut off, a binary file, or no access at all. LOG is empty then. The caller frees
 * LOG.
 */
int replay_parse(const char *data, size_t len, struct replay_log *log, struct buf *why);

/* The same for the file PATH, whose name begins the message. Also returns the -errno of reading. */
int replay_read(const char *path, struct replay_log *log, struct buf *why);

/*
 * Append REASON, a message of this folder about the file PATH, to WHY: "PATH:LINE: ..." or
 * "PATH: ...".
 */
void replay_blame(const char *path, const char *reason, struct buf *why);

void replay_log_free(struct replay_log *log);
#define cleanup_replay_log __attribute__((cleanup(replay_log_free)))

#endif
