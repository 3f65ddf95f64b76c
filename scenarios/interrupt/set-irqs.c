// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS (include/uapi/linux/vfio.h).
 *
 * To prove that an event does not come, a case raises another one later and awaits that: delivery
 * is in order.
 */
#include "scenarios/lib/scenario.h"

static const enum irq_kind kinds[] = {IRQ_INTX, IRQ_MSI, IRQ_MSIX};

static unsigned int intx_promised(struct dut *dut)
{
	return config_read8(dut, PCI_INTERRUPT_PIN) ? 1 : 0;
}

static unsigned int msi_promised(struct dut *dut)
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSI);

	return cap ? 1u << ((config_read16(dut, cap + PCI_MSI_FLAGS) & PCI_MSI_FLAGS_QMASK) >> 1)
		   : 0;
}

static unsigned int msix_promised(struct dut *dut)
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);

	return cap ? (config_read16(dut, cap + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u : 0;
}

SCENARIO(info_agrees_with_config, "", "the interrupt count of each index matches config space")
{
	ASSERT_NUMBER(intx_promised(dut), irq_count(dut, IRQ_INTX));
	ASSERT_NUMBER(msi_promised(dut), irq_count(dut, IRQ_MSI));
	ASSERT_NUMBER(msix_promised(dut), irq_count(dut, IRQ_MSIX));
	PASS();
}

/*
 * "INTx is MASKABLE and AUTOMASKED"; whether vectors can be added one by one (not NORESIZE) may
 * differ between kernels.
 */
SCENARIO(info_flags, "irq", "every index supports eventfds; only INTx is maskable and automasked")
{
	const uint32_t masks = VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	struct vfio_irq_info info;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!irq_count(dut, kinds[i]))
			continue;
		ASSERT_OK(irq_info(dut, kinds[i], &info));
		fact("irq[%s].count=%u", irq_name(kinds[i]), info.count);
		fact("irq[%s].flags=0x%x", irq_name(kinds[i]), info.flags);
		ASSERT_HEX(VFIO_IRQ_INFO_EVENTFD, info.flags & VFIO_IRQ_INFO_EVENTFD);
		ASSERT_HEX(kinds[i] == IRQ_INTX ? masks : 0, info.flags & masks);
	}
	PASS();
}

SCENARIO(info_unknown_index, "", "an interrupt index that PCI devices lack is refused with EINVAL")
{
	struct vfio_irq_info info;

	ASSERT_ERRNO(EINVAL, irq_info(dut, IRQ_KINDS, &info));
	PASS();
}

/* The types exclude each other; the one that is enabled stays enabled. */
static enum greatest_test_res exclude(struct dut *dut, enum irq_kind on, enum irq_kind other)
{
	cleanup_irqs struct irqs *first = NULL, *second = NULL;

	ASSERT_OK(irqs_enable(dut, on, 0, 1, &first));
	ASSERT_ERRNO(EINVAL, irqs_enable(dut, other, 0, 1, &second));
	ASSERT_ERRNO(EINVAL, irq_set(dut, IRQ_TRIGGER(NONE), other, 0, 1, NULL, 0));
	ASSERT_ERRNO(EINVAL, irq_set(dut, IRQ_TRIGGER(NONE), other, 0, 0, NULL, 0));
	ASSERT_OK(irqs_loopback(first, 0));
	ASSERT_EVENTS(first, 0, 1);
	ASSERT_OK(irqs_disable(first));
	ASSERT_OK(irqs_enable(dut, other, 0, 1, &second));
	ASSERT_OK(irqs_loopback(second, 0));
	ASSERT_EVENTS(second, 0, 1);
	ASSERT_NO_OTHER_EVENT(first);
	PASS();
}

SCENARIO(
	kinds_exclude_each_other, "irq=intx irq=msi",
	"enabling one interrupt type while another is enabled fails with EINVAL, and then succeeds")
{
	CHECK_CALL(exclude(dut, IRQ_INTX, IRQ_MSI));
	return exclude(dut, IRQ_MSI, IRQ_INTX);
}

SCENARIO(msi_and_msix_exclude_each_other, "irq=msi irq=msix",
	 "enabling MSI-X while MSI is enabled fails with EINVAL, and vice versa")
{
	CHECK_CALL(exclude(dut, IRQ_MSI, IRQ_MSIX));
	return exclude(dut, IRQ_MSIX, IRQ_MSI);
}

/* Each type must leave the device usable by the next. */
static enum greatest_test_res in_turn(struct dut *dut, const enum irq_kind turns[], size_t count)
{
	ASSERT_OK(dut_start(dut));
	for (size_t i = 0; i < count; i++) {
		cleanup_irqs struct irqs *irqs = NULL;

		ASSERT_OK(irqs_enable(dut, turns[i], 0, 1, &irqs));
		ASSERT_OK(dut_trigger(dut, turns[i], 0));
		ASSERT_EVENTS(irqs, 0, 1);
		ASSERT_OK(dut_ack(dut));
	}
	PASS();
}

SCENARIO(intx_and_msi_in_turn, "irq=intx irq=msi trigger=intx trigger=msi",
	 "INTx works after MSI, and MSI after INTx")
{
	static const enum irq_kind turns[] = {IRQ_MSI, IRQ_INTX, IRQ_MSI, IRQ_INTX};

	return in_turn(dut, turns, ARRAY_SIZE(turns));
}

SCENARIO(intx_msi_msix_in_turn, "irq=intx irq=msi irq=msix trigger=intx trigger=msi trigger=msix",
	 "INTx, MSI and MSI-X each work after any other")
{
	static const enum irq_kind turns[] = {IRQ_MSI,	IRQ_MSIX, IRQ_MSI, IRQ_INTX,
					      IRQ_MSIX, IRQ_INTX, IRQ_MSI};

	return in_turn(dut, turns, ARRAY_SIZE(turns));
}

/* Not "MASKABLE": the uAPI does not define a mask for them yet. */
SCENARIO(only_intx_can_be_masked, "irq", "masking MSI, MSI-X, ERR or REQ fails with ENOTTY")
{
	const uint32_t actions[] = {IRQ_MASK(NONE), IRQ_UNMASK(NONE), IRQ_MASK(BOOL),
				    IRQ_UNMASK(EVENTFD)};
	cleanup_close int event = event_open();

	for (enum irq_kind kind = IRQ_MSI; kind < IRQ_KINDS; kind++) {
		for (size_t i = 0; i < ARRAY_SIZE(actions) && irq_count(dut, kind); i++)
			ASSERT_ERRNO(ENOTTY,
				     irq_set(dut, actions[i], kind, 0, 1, &event, sizeof(event)));
	}
	PASS();
}

SCENARIO(invalid_set_irqs_refused, "irq",
	 "SET_IRQS rejects invalid requests, most of them with EINVAL")
{
	const uint32_t none = IRQ_TRIGGER(NONE);
	cleanup_close int event = event_open();
	int two_actions = irq_set(dut, none | VFIO_IRQ_SET_ACTION_MASK, IRQ_INTX, 0, 1, NULL, 0);

	ASSERT_ERRNO(EINVAL, irq_set(dut, none, IRQ_KINDS, 0, 1, NULL, 0));
	ASSERT_ERRNO(EINVAL, irq_set(dut, VFIO_IRQ_SET_ACTION_TRIGGER, IRQ_REQ, 0, 1, NULL, 0));
	ASSERT_ERRNO(EINVAL, irq_set(dut, none, IRQ_REQ, UINT32_MAX, 2, NULL, 0));
	ASSERT_ERRNO(EINVAL,
		     irq_set(dut, IRQ_TRIGGER(EVENTFD), IRQ_REQ, 0, 1, &event, sizeof(event) - 1));
	ASSERT_THAT(two_actions < 0, "two actions at once were accepted");
	ASSERT_ERRNO(EINVAL, irq_set(dut, IRQ_TRIGGER(EVENTFD) | 1u << 31, IRQ_REQ, 0, 1, &event,
				     sizeof(event)));
	fact("two_actions=%s", error_name(two_actions));
	PASS();
}

/*
 * Requests with count 0 that must fail: it is not valid with these data, or the index is not
 * enabled.
 */
static const struct {
	const char *name;
	uint32_t flags;
} count_0[] = {
	{"eventfds for none", IRQ_TRIGGER(EVENTFD)},
	{"bytes for none", IRQ_TRIGGER(BOOL)},
	{"disable of a disabled index", IRQ_TRIGGER(NONE)},
};

SCENARIO_TABLE(count_0_disables, count_0, "irq",
	       "only DATA_NONE with count 0 disables an enabled interrupt index")
{
	for (enum irq_kind kind = IRQ_INTX; kind < IRQ_KINDS; kind++) {
		int err;

		if (!irq_count(dut, kind))
			continue;
		err = irq_set(dut, row->flags, kind, 0, 0, NULL, 0);
		ASSERT_THAT(err < 0, "%s: the request was accepted", irq_name(kind));
		fact("%s[%s]=%s",
		     row->flags == IRQ_TRIGGER(BOOL)   ? "bool"
		     : row->flags == IRQ_TRIGGER(NONE) ? "none"
						       : "eventfd",
		     irq_name(kind), error_name(err));
	}
	PASS();
}

/*
 * The error and the request interrupt are not vectors; loopback tests that they can be set, cleared
 * and signalled.
 */
static enum greatest_test_res single(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int other = event_open();
	const uint8_t no = 0, yes = 1;
	int err;

	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(NONE), kind, 0, 1, NULL, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(BOOL), kind, 0, 1, &yes, sizeof(yes)));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(BOOL), kind, 0, 1, &no, sizeof(no)));
	ASSERT_OK(irqs_redirect(irqs, 0, other));
	err = irqs_redirect(irqs, 0, -2);
	fact("eventfd[-2]=%s", err ? error_name(err) : "0");
	if (!err)
		ASSERT_OK(irqs_redirect(irqs, 0, other));
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_NUMBER(1, event_read(other));
	ASSERT_OK(irqs_redirect(irqs, 0, -1));
	ASSERT_ERRNO(EINVAL, irqs_loopback(irqs, 0));
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(BOOL), kind, 0, 1, &yes, sizeof(yes)));
	ASSERT_OK(irqs_assign(irqs, 0, 1, IRQS_ALL));
	ASSERT_ERRNO(EINVAL, irqs_assign(irqs, 0, 1, IRQS_ALL) ? 0 : irqs_redirect(irqs, 1, other));
	ASSERT_OK(irqs_disable(irqs));
	ASSERT_ERRNO(EINVAL, irqs_loopback(irqs, 0));
	ASSERT_NUMBER(0, event_read(other));
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO_VARIANT(
	request_loopback, "irq=req",
	"an eventfd for the request interrupt can be set, removed and signalled from user space",
	single, IRQ_REQ)

SCENARIO_VARIANT(
	error_loopback, "irq=err",
	"an eventfd for the error interrupt can be set, removed and signalled from user space",
	single, IRQ_ERR)

/* These are independent of the vectors. */
SCENARIO(request_and_msi_independent, "irq=req irq=msi",
	 "the request interrupt and MSI can be enabled and disabled independently")
{
	cleanup_irqs struct irqs *request = NULL, *msi = NULL;

	ASSERT_OK(irqs_enable(dut, IRQ_REQ, 0, 1, &request));
	ASSERT_OK(irqs_enable(dut, IRQ_MSI, 0, 1, &msi));
	ASSERT_OK(irqs_disable(request));
	ASSERT_OK(irqs_loopback(msi, 0));
	ASSERT_EVENTS(msi, 0, 1);
	ASSERT_OK(irqs_assign(request, 0, 1, IRQS_ALL));
	ASSERT_OK(irqs_disable(msi));
	ASSERT_OK(irqs_loopback(request, 0));
	ASSERT_EVENTS(request, 0, 1);
	ASSERT_NO_OTHER_EVENT(msi);
	PASS();
}
