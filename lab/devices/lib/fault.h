/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The implementation of faults. A fault is an entry in a table of faults.c, with functions in a
 * fault-*.c.
 */
#ifndef LAB_DEVICES_LIB_FAULT_H
#define LAB_DEVICES_LIB_FAULT_H

#include "lab/devices/lib/device.h"
#include "lab/devices/lib/faults.h"

#define FAULTS_ARMED 4u /* maximum number of faults armed at a time */

/* The arguments of all faults. A fault accepts those listed in its table. */
struct fault_args {
	uint64_t after; /* opportunities that pass before it fires */
	uint64_t count; /* how often it fires; 0: without limit */
	uint64_t of;	/* which reset: 0 for any, else enum pci_reset plus 1 */
	uint64_t irq;	/* enum pci_irq */
	uint64_t vector, ms, vendor, device, bar, iova, at, len, how, value;
};

#define FAULT_ANY_BAR PCI_BARS

struct armed {
	const struct fault *fault;
	struct faults *faults;
	struct device *device;
	struct fault_args args;
	uint64_t seen, fired;
	int result;	      /* of the last action that it started by itself: 0 or -errno */
	int timer;	      /* a timerfd; on expiry the fault's `expired' is called */
	bool pending;	      /* it has taken over a reset and not finished it yet */
	enum pci_reset reset; /* the pending reset */
	bool enabled;	      /* MSI or MSI-X was enabled before the current access */
	uint64_t iova;
};

struct faults {
	struct device *device;
	struct armed armed[FAULTS_ARMED]; /* an entry is in use if its fault is not NULL */
	/* The device does not respond, and sends no interrupts or DMA. */
	bool absent;
	uint64_t last_iova;	 /* last DMA address of the device */
	struct pci_config saved; /* restored when the fault is disarmed */
};

/* A fault. All members except the strings may be NULL. */
struct fault {
	const char *name;
	const char *help;
	const char *expect; /* how the kernel should react */
	const struct param *params;

	int (*arm)(struct armed *armed);
	void (*disarm)(struct armed *armed);
	void (*expired)(struct armed *armed);

	/* Returns true if the fault takes over the reset. */
	bool (*take_reset)(struct armed *armed, enum pci_reset reset);
	void (*reset_done)(struct armed *armed, enum pci_reset reset);

	/*
	 * `access' is called before an access; it returns true if it has handled the access.
	 * `accessed' is called after an access that the device has handled.
	 */
	bool (*access)(struct armed *armed, struct vfu_access *access);
	void (*accessed)(struct armed *armed, struct vfu_access *access);

	/* Returns how many times an interrupt is sent. */
	unsigned int (*irq)(struct armed *armed, const struct vfu_irq *irq);
	void (*unmapped)(struct armed *armed, uint64_t iova, uint64_t size);

	enum vfu_verdict (*request)(struct armed *armed, unsigned int command);
	enum vfu_verdict (*reply)(struct armed *armed, struct vfu_message *message);
};

/* Counts an opportunity. Returns true if the fault fires at it. */
bool fault_due(struct armed *armed);

/* Counts and traces that the fault fires, for one that does so by itself. */
void fault_fires(struct armed *armed);

/* Returns true if the argument `of' selects this kind of reset. */
bool fault_is_of(const struct armed *armed, enum pci_reset reset);

/* Arranges for `expired' to be called after MS milliseconds, 0 for at once. Does not block. */
void fault_set_timer(struct armed *armed, uint64_t ms);

/* The tables of the fault-*.c files, each terminated by an entry without a name. */
extern const struct fault reset_faults[], config_faults[], irq_faults[], dma_faults[],
	server_faults[], model_faults[];

/* Parameters used by several tables. */
#define FAULT_NUMBER(member, otherwise, most, help)                                                \
	PARAM_NUMBER(struct fault_args, member, otherwise, most, help)
#define FAULT_AFTER   FAULT_NUMBER(after, 0, UINT32_MAX, "opportunities to let pass first")
#define FAULT_COUNT   FAULT_NUMBER(count, 0, UINT32_MAX, "how often it fires; 0: without limit")
#define FAULT_OF(of_) PARAM_CHOICE(struct fault_args, of, of_, "which resets it is about")

#endif
