/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines: a guest's hardware, described by lab/machines/NAME.xml. */
#ifndef RUNNER_PLAN_MACHINE_H
#define RUNNER_PLAN_MACHINE_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <libxml/tree.h>

/* A device under test: its short name and its path in the guest (docs/protocol.md). */
struct machine_dut {
	char *name;
	char *path;
	/* Declared properties, on every kernel (lab/base/declared.h); NULL: not declared. */
	char *has;
	char *only;   /* globs of the scenarios that may use it; NULL: all */
	char *driver; /* its VFIO driver; NULL: vfio-pci */
	char *module; /* without which the guest does not have it; NULL: none */
	int vf;	      /* index of a virtual function of the device at PATH; -1: the device itself */
	/* "for": only scenarios that need for=PURPOSE use it; NULL: all others do. */
	char *purpose;
	/* Words NAME=NUMBER, which the guest's ACPI tables give to drivers; NULL: none. */
	char *properties;
	long line; /* in the machine's file, for messages */
};

/* A device implemented by one of the lab's models: docs/device-model.md. */
struct machine_model {
	char *name;    /* of its DUT */
	char *model;   /* name of the model */
	char *params;  /* words PARAM=VALUE; "" for the model's defaults */
	char *bus;     /* the bus, by its QEMU name */
	char *addr;    /* SLOT.FUNCTION on the bus; NULL: QEMU chooses */
	char *fault;   /* armed before QEMU connects; NULL: none */
	char *timeout; /* ms that QEMU waits for an answer; NULL: QEMU's default */
	long line;     /* in the machine's file, for messages */
};

struct machine {
	char *name;
	char *path; /* of its file */
	char *about;
	char *image; /* what its guests boot (runner/plan/image.h); NULL: the initramfs alone */
	struct machine_dut *duts;
	size_t dut_count;
	struct machine_model *models;
	size_t model_count;
	xmlDoc *doc; /* the domain as written, metadata included */
};

/*
 * Read a machine from the file PATH, NAME.xml. The caller frees *MACHINE with machine_free().
 * Returns 0, or -EINVAL with a message in WHY that begins with the file and the line: the file
 * cannot be read or is no domain XML, the name or the description is missing, a DUT lacks a name or
 * a path or its name is not unique, a device model lacks a name, a model or a bus or has an invalid
 * timeout, or a path or a bus does not exist.
 */
int machine_load(const char *path, struct machine **machine, struct buf *why);

/* The name of the machine in the file PATH: that of the file. The caller frees it. */
char *machine_name(const char *path);

/* The path of the lab's file with what all machines share. The caller frees it. */
char *machine_common(const char *top);

/* Begin a message in WHY about LINE of the file of MACHINE. */
void machine_complain(const struct machine *machine, long line, struct buf *why);

/* The device model of the DUT NAME; NULL: QEMU emulates it. */
const struct machine_model *machine_model(const struct machine *machine, const char *name);

/*
 * The name of the lab's device model that implements the DUT NAME, "replay" for that of a dump with
 * a log of accesses; NULL: QEMU emulates it.
 */
const char *machine_model_of(const struct machine *machine, const char *name);

/*
 * The argument of the -device with id=ID that the machine's file passes to QEMU; NULL if there is
 * none. The caller frees it.
 */
char *machine_device(const struct machine *machine, const char *id);

/* Whether DEVICE, the argument "MODEL,KEY=VALUE,..." of a -device, has id=ID. */
bool machine_device_has_id(const char *device, const char *id);

/* Free MACHINE, which may be NULL. */
void machine_free(struct machine *machine);

static inline void cleanup_machine_p(struct machine **machine)
{
	machine_free(*machine);
}
#define cleanup_machine __attribute__((cleanup(cleanup_machine_p)))

/* Add to PATHS the files of all machines in FOLDER, sorted. */
void machine_files(const char *folder, struct list *paths);

#endif
