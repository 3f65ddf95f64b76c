// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: interrupts that the kernel cannot provide: an Interrupt Line register that declares
 * the pin as not connected (PCI Local Bus 3.0, 6.2.4), and messages without an interrupt controller
 * for them.
 */
#include "scenarios/lib/scenario.h"

/*
 * The Interrupt Line, which the kernel reads when it enumerates the device; restored and enumerated
 * again at the end of the scope.
 */
struct intx_line {
	const char *address;
	uint16_t was; /* with the read-only pin in the upper byte */
};

static int find_with_line(const char *address, uint16_t line)
{
	int err = pci_config_write16(address, PCI_INTERRUPT_LINE, line);

	return err ? err : pci_remove_and_rescan(address);
}

static void restore_line(struct intx_line *line)
{
	if (pci_config16(line->address, PCI_INTERRUPT_LINE) != line->was)
		find_with_line(line->address, line->was);
}

#define cleanup_line __attribute__((cleanup(restore_line)))

/*
 * Since 6.15 the pin reads as 0, and there is no INTx. Before, there is an INTx that cannot be
 * enabled. Either is valid, and the rest of the device works.
 */
static enum greatest_test_res refused(struct dut *dut)
{
	const unsigned int count = irq_count(dut, IRQ_INTX);
	const bool pin = config_read8(dut, PCI_INTERRUPT_PIN);
	cleanup_irqs struct irqs *irqs = NULL;

	fact("intx.count=%u", count);
	ASSERT_NUMBER(pin, count);
	ASSERT_ERRNO(count ? ENODEV : EINVAL, irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_ERRNO(EINVAL, irq_set(dut, IRQ_UNMASK(NONE), IRQ_INTX, 0, 1, NULL, 0));
	ASSERT_HEX(pci_number(dut->address, "vendor", 0), config_read16(dut, PCI_VENDOR_ID));
	PASS();
}

SCENARIO_UNBOUND(
	intx_of_unconnected_pin_refused, "for=unrouted",
	"enabling INTx of an unconnected pin fails every time, and the device keeps working")
{
	cleanup_line struct intx_line line = {dut->address,
					      pci_config16(dut->address, PCI_INTERRUPT_LINE)};
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(find_with_line(address, 0));
	ASSERT_NUMBER(0, pci_number(address, "irq", -1));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	CHECK_CALL(refused(&user.dut));
	CHECK_CALL(refused(&user.dut));
	PASS();
}

SCENARIO(unavailable_msi_refused_intx_works, "for=unrouted irq=intx irq=msi irq=msix",
	 "enabling MSI or MSI-X fails if the kernel cannot provide them, and INTx works")
{
	static const enum irq_kind messages[] = {IRQ_MSI, IRQ_MSIX};
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		const int err = irqs_enable(dut, messages[i], 0, 2, &irqs);

		ASSERT_THAT(err < 0, "%s was enabled", irq_name(messages[i]));
		fact("%s.refused=%s", irq_name(messages[i]), error_name(err));
		ASSERT_ERRNO(EINVAL, irq_set(dut, IRQ_TRIGGER(NONE), messages[i], 0, 1, NULL, 0));
	}
	ASSERT_CHECK(check_irq_works(dut, IRQ_INTX));
	PASS();
}
