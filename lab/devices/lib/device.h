/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device: a model with its parameters, a PCI function, and the vfio-user server that serves both.
 * Only the program and the faults include this header; models include lab/devices/lib/model.h.
 */
#ifndef LAB_DEVICES_LIB_DEVICE_H
#define LAB_DEVICES_LIB_DEVICE_H

#include "lab/devices/lib/model.h"
#include "lab/devices/lib/shape.h"

#include "lab/vfio-user/vfio-user.h"

struct faults;
struct trace;

/* The memory behind a BAR or the ROM. Unused if the BAR has registers. */
struct device_memory {
	void *at;
	uint64_t size;
	int fd; /* -1: not shared with the client */
};

struct device {
	const struct device_model *model;
	struct device_shape shape;
	void *params, *state;
	struct pci_function function;
	struct device_memory memory[PCI_BARS + 1];
	struct vfu *vfu;
	struct faults *faults;
	struct trace *trace; /* NULL: not traced */
	unsigned int resets[PCI_RESETS];
	bool mappable; /* the client may map memory BARs */
	bool disintx;  /* COMMAND has the INTx Disable bit */
};

/* Returns the model linked after BEFORE, the first if BEFORE is NULL, or NULL after the last. */
const struct device_model *device_model_after(const struct device_model *before);

#define for_each_device_model(model)                                                               \
	for (const struct device_model *model = device_model_after(NULL); model;                   \
	     model = device_model_after(model))

/* Returns the model called NAME, or NULL. */
const struct device_model *device_model(const char *name);

/*
 * Creates a device of MODEL with COUNT "name=value" WORDS, which must outlive it, and a server
 * without a socket. Returns 0 and stores the device in *DEVICE. Otherwise stores NULL and returns
 * -EINVAL for invalid words, or another -errno for a system error, with a message in WHY.
 */
int device_create(const struct device_model *model, char *const *words, size_t count,
		  struct device **device, struct buf *why);

/* Appends the description of the parameters that all models have, for --help. */
void device_describe_params(struct buf *text);

/* Frees the device and its server. DEVICE may be NULL. */
void device_destroy(struct device *device);

static inline void device_destroy_p(struct device **device)
{
	device_destroy(*device);
}

#define cleanup_device __attribute__((cleanup(device_destroy_p)))

/* Starts a reset, which completes at once unless a fault takes it over. */
void device_begin_reset(struct device *device, enum pci_reset reset);

/* Carries out a reset: config space, interrupts, and the model's state. */
void device_finish_reset(struct device *device, enum pci_reset reset);

/* The server's operations (access.c) and the function's outputs (signal.c). */
extern const struct vfu_ops device_ops;
extern const struct pci_wire device_wire;

#endif
