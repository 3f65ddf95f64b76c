/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device: a model with its parameters, a PCI function, and the vfio-user server that carries
 * both. For the program and for faults; models see lab/devices/lib/model.h alone.
 */
#ifndef LAB_DEVICES_LIB_DEVICE_H
#define LAB_DEVICES_LIB_DEVICE_H

#include "lab/devices/lib/model.h"
#include "lab/devices/lib/shape.h"

#include "lab/vfio-user/vfio-user.h"

struct faults;

/* What is behind a BAR, or behind the ROM, where that is memory. */
struct device_memory {
	void *at;
	uint64_t size;
	int fd; /* -1: it is not shared with the client */
};

struct device {
	const struct device_model *model;
	struct device_shape shape;
	void *params, *state;
	struct pci_function function;
	struct device_memory memory[PCI_BARS + 1];
	struct vfu *vfu;
	struct faults *faults;
	unsigned int resets[PCI_RESETS];
	bool mappable; /* memory is offered to the client to map */
	bool disintx;  /* COMMAND has the bit */
};

/* The model that is linked in after BEFORE, the first with NULL; NULL after the last. */
const struct device_model *device_model_after(const struct device_model *before);

#define for_each_device_model(model)                                                               \
	for (const struct device_model *model = device_model_after(NULL); model;                   \
	     model = device_model_after(model))

/* The model of that NAME, or NULL. */
const struct device_model *device_model(const char *name);

/*
 * Make the device that MODEL is with COUNT "name=value" WORDS, which must outlive it, and a server
 * for it to which no socket is attached yet. 0; -EINVAL for what the words say, other -errno for
 * what the system lacks; a line in WHY then, and *DEVICE is NULL.
 */
int device_create(const struct device_model *model, char *const *words, size_t count,
		  struct device **device, struct buf *why);

/* The parameters that all models have, for --help. */
void device_describe_params(struct buf *text);

/* Free all of it, the server included. NULL-safe. */
void device_destroy(struct device *device);

static inline void device_destroy_p(struct device **device)
{
	device_destroy(*device);
}

#define cleanup_device __attribute__((cleanup(device_destroy_p)))

/* A reset begins: done at once, unless a fault takes it over. */
void device_begin_reset(struct device *device, enum pci_reset reset);

/* Do what a reset does. */
void device_finish_reset(struct device *device, enum pci_reset reset);

/* The server's operations and hooks, in their files. */
extern const struct vfu_ops device_ops;
extern const struct pci_wire device_wire;

#endif
