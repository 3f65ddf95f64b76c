/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines: a guest's hardware, described by lab/machines/NAME.xml. */
#ifndef RUNNER_PLAN_MACHINE_H
#define RUNNER_PLAN_MACHINE_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <libxml/tree.h>

/* A device under test: its short name, and where it is in the guest (docs/protocol.md). */
struct machine_dut {
	char *name;
	char *path;
	/*
	 * What it is declared to have, whatever the kernel: lab/base/declared.h; NULL: not
	 * declared.
	 */
	char *has;
	char *only;   /* globs of the scenarios that it is for; NULL: all */
	char *driver; /* the kernel driver that serves it to VFIO; NULL: vfio-pci */
	int vf;	      /* which virtual function of the device at PATH; -1: that device */
	/* "for": it gets the scenarios that need for=PURPOSE and no others; NULL: all others. */
	char *purpose;
};

/* A device that one of the lab's own models is: docs/device-model.md. */
struct machine_model {
	char *name;    /* the DUT's */
	char *model;   /* which model */
	char *params;  /* words PARAM=VALUE; "" for the model's defaults */
	char *bus;     /* QEMU's name of its bus */
	char *addr;    /* SLOT.FUNCTION on the bus, or NULL: QEMU chooses */
	char *fault;   /* armed before QEMU connects; or NULL */
	char *timeout; /* ms that QEMU waits for an answer; NULL: as long as it does */
};

struct machine {
	char *name;
	char *about;
	struct machine_dut *duts;
	size_t dut_count;
	struct machine_model *models;
	size_t model_count;
	xmlDoc *doc; /* the domain as written, metadata included */
};

/*
 * Read the machine NAME below FOLDER. 0, or -errno and one line in WHY:
 * -ENOENT no such file, -EINVAL not a domain, without a name or a description,
 * or with a DUT that has no name or path, or a name twice, or a device model
 * without name, model or bus or with a time-out that is no number.
 */
int machine_load(const char *folder, const char *name, struct machine **machine, struct buf *why);

/* The device model that the DUT of this NAME is; NULL: none of the lab's. */
const char *machine_model_of(const struct machine *machine, const char *name);

/*
 * What the machine's file gives QEMU's -device that has id=ID; NULL where there is none. The caller
 * frees it.
 */
char *machine_device(const struct machine *machine, const char *id);

/* Free MACHINE, which may be NULL. */
void machine_free(struct machine *machine);

static inline void cleanup_machine_p(struct machine **machine)
{
	machine_free(*machine);
}
#define cleanup_machine __attribute__((cleanup(cleanup_machine_p)))

/* Add to NAMES those of all machines below FOLDER, sorted. 0 or -errno. */
int machine_names(const char *folder, struct list *names);

#endif
