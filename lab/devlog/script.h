/* SPDX-License-Identifier: GPL-2.0-only */
/* The accesses of a log to one device, which a player replays. */
#ifndef LAB_DEVLOG_SCRIPT_H
#define LAB_DEVLOG_SCRIPT_H

#include "lab/devlog/log.h"

/* The device whose accesses are wanted. */
struct replay_target {
	const char *name; /* for messages */
	unsigned int domain, bus, slot, function;
	uint16_t vendor, device;
	uint64_t address[PCI_BARS]; /* where the BARs were on the real machine; 0: unknown */
	uint64_t size[PCI_BARS];    /* in bytes; 0: no BAR */
	bool only;		    /* the model has no other device of that machine */
	/* Whether the replay may answer for the byte AT of config space. NULL: for none. */
	bool (*answers_config)(void *context, unsigned int at);
	/* Whether ACCESS, a write to config space, resets the device. NULL: none does. */
	bool (*resets)(void *context, const struct replay_access *access);
	void *context;
};

struct replay_step {
	uint64_t at, value;
	uint8_t space; /* a BAR, or REPLAY_CONFIG */
	uint8_t len;
	bool write;
};

struct replay_script {
	struct replay_step *steps; /* in the order of the log */
	size_t count;
	uint32_t *resets; /* for each reset of the device, the number of steps before it */
	size_t reset_count;
	size_t reads, writes;
	/* Accesses of the device that cannot be replayed: to standard config space, ROM, VGA. */
	size_t ignored;
};

/*
 * Make the script of TARGET from LOG. With QEMU's events, a device is found by its address; if the
 * log has one device and the model too, the name does not matter. With mmiotrace, an access is that
 * of a BAR by its physical address: as a line PCIDEV says, or else TARGET. Returns 0; -ENOENT if
 * the log has no access to a BAR of the device; or -EINVAL if an access is beyond its BAR. WHY then
 * has a message, which begins with the number of the line if there is one, and SCRIPT is empty. The
 * caller frees SCRIPT.
 */
int replay_script(const struct replay_log *log, const struct replay_target *target,
		  struct replay_script *script, struct buf *why);

/* Append "12 reads, 3 writes, 1 reset in BAR0, config space; other accesses, ...: 7". */
void replay_describe(const struct replay_script *script, struct buf *text);

void replay_script_free(struct replay_script *script);
#define cleanup_replay_script __attribute__((cleanup(replay_script_free)))

#endif
