/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Migration of a device (include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_MIGRATION and enum
 * vfio_device_mig_state), and what the DUT `vendor' does in each state. Functions that return int
 * return 0 or -errno; those that return text return NULL if all is well, or a message.
 */
#ifndef SCENARIOS_MIGRATION_MIGRATION_H
#define SCENARIOS_MIGRATION_MIGRATION_H

#include "scenarios/lib/scenario.h"

#include "lab/base/buf.h"
#include "lab/devices/vendor-regs.h"

#define NEEDED "variant=vendor-vfio-pci"

/* The names of enum vfio_device_mig_state, without their long prefix. */
enum mig {
	MIG_ERROR = VFIO_DEVICE_STATE_ERROR,
	MIG_STOP = VFIO_DEVICE_STATE_STOP,
	MIG_RUNNING = VFIO_DEVICE_STATE_RUNNING,
	MIG_STOP_COPY = VFIO_DEVICE_STATE_STOP_COPY,
	MIG_RESUMING = VFIO_DEVICE_STATE_RESUMING,
	MIG_RUNNING_P2P = VFIO_DEVICE_STATE_RUNNING_P2P,
	MIG_PRE_COPY = VFIO_DEVICE_STATE_PRE_COPY,
	MIG_PRE_COPY_P2P = VFIO_DEVICE_STATE_PRE_COPY_P2P,
	MIG_STATES, /* their number, and the first invalid one */
};

/* "STOP_COPY", ... */
const char *mig_name(enum mig state);

/* True for the states of one data transfer session: PRE_COPY, PRE_COPY_P2P, STOP_COPY. */
bool mig_saves(enum mig state);

/*
 * Take DUT to RUNNING, without a log, now and at the end of the scope: cases share its file.
 * Returns DUT.
 */
struct dut *mig_fresh(struct dut *dut);
void mig_fresh_end(struct dut **dut);
#define cleanup_fresh __attribute__((cleanup(mig_fresh_end)))

/*
 * VFIO_DEVICE_FEATURE_SET and _GET of MIG_DEVICE_STATE. *FD gets the file of a new session, or -1.
 * FD may be NULL: a new file is then closed at once.
 */
int mig_set(struct dut *dut, enum mig state, int *fd);
int mig_get(struct dut *dut, enum mig *state);

/* VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, in bytes. */
int mig_data_size(struct dut *dut, uint64_t *bytes);

/* VFIO_MIG_GET_PRECOPY_INFO. */
int mig_precopy_info(int fd, struct vfio_precopy_info *info);

/*
 * Take the DUT to STATE in a new session. *FD is the file of the session in that state, or -1.
 * RESUMING has nothing written yet.
 */
const char *mig_enter(struct dut *dut, enum mig state, int *fd);

/* The kernel reports STATE, and the device does what it should in it. Reads and writes BAR0. */
const char *check_mig_state(struct dut *dut, enum mig state);

/*
 * Read FD, in pieces of at most SIZE bytes, to the end (STOP_COPY), or until there is nothing now
 * (PRE_COPY: -ENOMSG). Appends to STREAM. Returns 0, -ENOMSG, or the error.
 */
int mig_read(int fd, size_t size, struct buf *stream);

/* Write LEN bytes of DATA to FD in pieces of at most SIZE bytes. */
int mig_write(int fd, size_t size, const void *data, size_t len);

/* The session of FD, the file of a saved or loaded device, has ended: each use is an error. */
const char *check_data_file_dead(int fd);

/* Save the state of DUT, which runs, and stop it: it is then in STOP. Appends to STREAM. */
const char *mig_save(struct dut *dut, struct buf *stream);

/* Load STREAM into DUT, whatever its state; it is then in STATE. */
const char *mig_load(struct dut *dut, const struct buf *stream, enum mig state);

/* The other device of the machine, bound to the same driver and open. */
struct peer {
	char address[PCI_ADDRESS];
	struct user user;
};
#define PEER_NONE ((struct peer){.user = USER_NONE})

const char *peer_open(struct peer *peer, struct dut *dut);
void peer_end(struct peer *peer);
#define cleanup_peer __attribute__((cleanup(peer_end)))

#endif
