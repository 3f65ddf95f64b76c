// SPDX-License-Identifier: GPL-2.0-only
/* Faults of interrupts. */
#include "lab/devices/lib/fault.h"
#include "lab/devices/lib/trace.h"

#include <errno.h>

static const char *const kinds[] = {"intx", "msi", "msix", NULL}; /* enum pci_irq */

static bool is_meant(const struct armed *armed, const struct vfu_irq *irq)
{
	return irq->index == armed->args.irq && irq->vector == armed->args.vector &&
	       irq->action != VFU_IRQ_DEASSERT;
}

static unsigned int lose(struct armed *armed, const struct vfu_irq *irq)
{
	return is_meant(armed, irq) && fault_due(armed) ? 0 : 1;
}

/* INTx is a level and cannot arrive twice. */
static unsigned int twice(struct armed *armed, const struct vfu_irq *irq)
{
	return is_meant(armed, irq) && irq->action == VFU_IRQ_RAISE && fault_due(armed) ? 2 : 1;
}

/* Returns 0 if the device has the interrupt that the arguments name, else -ENODEV. */
static int need_vector(struct armed *armed)
{
	return armed->args.vector < device_vectors(armed->device, (enum pci_irq)armed->args.irq)
		       ? 0
		       : -ENODEV;
}

static int send(struct armed *armed, enum vfu_irq_action action)
{
	const struct vfu_irq irq = {.index = (unsigned int)armed->args.irq,
				    .vector = (unsigned int)armed->args.vector,
				    .action = action};

	const int err = vfu_pass_irq(armed->device->vfu, &irq);

	trace_irq(armed->device->trace, &irq, err);
	return err;
}

/* Pulses the pin without setting the bit in STATUS. */
static int send_unasked(struct armed *armed)
{
	const int err = need_vector(armed);

	if (err)
		return err;
	fault_fires(armed);
	if (armed->args.irq == PCI_IRQ_INTX) {
		armed->result = send(armed, VFU_IRQ_ASSERT);
		send(armed, VFU_IRQ_DEASSERT);
	} else {
		armed->result = send(armed, VFU_IRQ_RAISE);
	}
	return 0;
}

static int stick(struct armed *armed)
{
	if (!device_vectors(armed->device, PCI_IRQ_INTX))
		return -ENODEV;
	fault_fires(armed);
	device_intx(armed->device, true);
	return 0;
}

static void keep_stuck(struct armed *armed, struct vfu_access *access __attribute__((unused)))
{
	if (!armed->device->function.intx_asserted)
		stick(armed);
}

static void release(struct armed *armed)
{
	device_intx(armed->device, false);
}

static bool is_enabled(const struct armed *armed)
{
	const struct pci_function *function = &armed->device->function;
	const uint8_t *data = function->config.data;

	if (armed->args.irq == PCI_IRQ_MSI)
		return function->msi &&
		       pci_get16(data, function->msi + PCI_MSI_FLAGS) & PCI_MSI_FLAGS_ENABLE;
	return function->msix_cap &&
	       pci_get16(data, function->msix_cap + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_ENABLE;
}

static bool before_write(struct armed *armed, struct vfu_access *access __attribute__((unused)))
{
	armed->enabled = is_enabled(armed);
	return false;
}

/*
 * The client's eventfd is still open: the client handles the config write before it closes the
 * eventfd.
 */
static void after_write(struct armed *armed, struct vfu_access *access __attribute__((unused)))
{
	if (!armed->enabled || is_enabled(armed) || !fault_due(armed))
		return;
	armed->result = send(armed, VFU_IRQ_RAISE);
}

static int need_message(struct armed *armed)
{
	return armed->args.irq == PCI_IRQ_INTX ? -EINVAL : need_vector(armed);
}

#define WHICH                                                                                      \
	PARAM_CHOICE(struct fault_args, irq, kinds, "the kind of interrupt"),                      \
		FAULT_NUMBER(vector, 0, PCI_MSIX_MAX - 1, "the vector")

static const struct param vector_params[] = {WHICH, FAULT_AFTER, FAULT_COUNT, PARAM_END};
static const struct param once_params[] = {WHICH, PARAM_END};

const struct fault irq_faults[] = {
	{.name = "irq-lost",
	 .help = "an interrupt that the device raises does not arrive",
	 .expect = "no event; the next one arrives",
	 .params = vector_params,
	 .arm = need_vector,
	 .irq = lose},
	{.name = "irq-doubled",
	 .help = "MSI or MSI-X arrives twice",
	 .expect = "one event or two: QEMU merges simultaneous interrupts",
	 .params = vector_params,
	 .arm = need_vector,
	 .irq = twice},
	{.name = "irq-spurious",
	 .help = "a spurious interrupt arrives now; INTx without its bit in STATUS",
	 .expect = "MSI, MSI-X: one event; INTx: none if STATUS is checked, else one",
	 .params = once_params,
	 .arm = send_unasked},
	{.name = "intx-stuck",
	 .help = "INTx is asserted now and stays asserted",
	 .expect = "one event, then masked by DisINTx; again one at each unmask; no storm",
	 .arm = stick,
	 .accessed = keep_stuck,
	 .disarm = release},
	{.name = "msi-after-disable",
	 .help = "a message is sent once more after software has disabled MSI or MSI-X",
	 .expect = "drops it: no event, no report",
	 .params = vector_params,
	 .arm = need_message,
	 .access = before_write,
	 .accessed = after_write},
	{0},
};
