/* SPDX-License-Identifier: GPL-2.0-only */
/* How a fault is made: an entry in the table of faults.c, its functions in fault-*.c. */
#ifndef LAB_DEVICES_LIB_FAULT_H
#define LAB_DEVICES_LIB_FAULT_H

#include "lab/devices/lib/device.h"
#include "lab/devices/lib/faults.h"

#define FAULTS_ARMED 4u /* at a time */

/* The arguments of all faults; each takes those that its table lists. */
struct fault_args {
	uint64_t after; /* opportunities that pass first */
	uint64_t count; /* and how often it strikes then; 0: without end */
	uint64_t of;	/* which reset: 0 any, else one more than enum pci_reset */
	uint64_t irq;	/* enum pci_irq */
	uint64_t vector, ms, vendor, device, bar, iova, len, how;
};

#define FAULT_ANY_BAR PCI_BARS

struct armed {
	const struct fault *fault;
	struct faults *faults;
	struct device *device;
	struct fault_args args;
	uint64_t seen, fired;
	int result;	      /* of the last thing that it did by itself: 0 or -errno */
	int timer;	      /* a timerfd; it calls the fault's `expired' */
	bool pending;	      /* a reset that it took over has not been finished */
	enum pci_reset reset; /* that one */
	bool enabled;	      /* MSI or MSI-X, before the access that is under way */
	uint64_t iova;
};

struct faults {
	struct device *device;
	struct armed armed[FAULTS_ARMED]; /* those with a fault */
	/* The device answers nothing, and nothing comes from it. */
	bool absent;
	uint64_t last_iova;	 /* where the device did DMA last */
	struct pci_config saved; /* what a repair gives back */
};

/* All but the texts may be NULL. */
struct fault {
	const char *name;
	const char *help;
	const char *expect; /* what the kernel is to do */
	const struct param *params;

	int (*arm)(struct armed *armed);
	void (*disarm)(struct armed *armed);
	void (*expired)(struct armed *armed);

	/* True: the reset is the fault's now. */
	bool (*take_reset)(struct armed *armed, enum pci_reset reset);
	void (*reset_done)(struct armed *armed, enum pci_reset reset);

	/* Before an access; true: it is done with. And after one that the device carried out. */
	bool (*access)(struct armed *armed, struct vfu_access *access);
	void (*accessed)(struct armed *armed, struct vfu_access *access);

	/* How often an interrupt goes out instead of once. */
	unsigned int (*irq)(struct armed *armed, const struct vfu_irq *irq);
	void (*unmapped)(struct armed *armed, uint64_t iova, uint64_t size);

	enum vfu_verdict (*request)(struct armed *armed, unsigned int command);
	enum vfu_verdict (*reply)(struct armed *armed, struct vfu_message *message);
};

/* Count an opportunity: whether the fault strikes at it. */
bool fault_due(struct armed *armed);

/* Whether the argument `of' means this reset. */
bool fault_is_of(const struct armed *armed, enum pci_reset reset);

/* Have `expired' called after MS milliseconds, at once with 0. */
void fault_set_timer(struct armed *armed, uint64_t ms);

/* The tables of the files, each ended by an entry without a name. */
extern const struct fault reset_faults[], config_faults[], irq_faults[], dma_faults[],
	server_faults[];

/* Lists of parameters that several tables use. */
#define FAULT_NUMBER(member, otherwise, most, help)                                                \
	PARAM_NUMBER(struct fault_args, member, otherwise, most, help)
#define FAULT_AFTER   FAULT_NUMBER(after, 0, UINT32_MAX, "opportunities to let pass first")
#define FAULT_COUNT   FAULT_NUMBER(count, 0, UINT32_MAX, "how often it strikes; 0: without end")
#define FAULT_OF(of_) PARAM_CHOICE(struct fault_args, of, of_, "which resets it is about")

#endif
