// SPDX-License-Identifier: GPL-2.0-only
/*
 * unfixed: correct behaviour that no kernel tried so far has. Runs only if selected by name,
 * because a case may corrupt the memory of its guest.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-header.h"

/*
 * Linux 5.10 (vfio_cap_init) records an MSI capability with its full length in its map of config
 * space without a bounds check, and so writes beyond the map.
 */
SCENARIO(capability_at_end_of_config, "for=caps-cut overrun",
	 "a capability cut short by the end of config space is not treated as complete",
	 .hidden = true)
{
	ASSERT_CHECK(check_header(dut));
	PASS();
}

/*
 * The same with the length byte of a vendor-specific capability, or with HyperTransport, which
 * vfio_cap_len() takes to be longer than it is. Some chipsets have such functions.
 */
SCENARIO(capability_longer_than_config, "overrun",
	 "a capability longer than the rest of config space is not treated as complete",
	 .hidden = true)
{
	ASSERT_CHECK(check_header(dut));
	PASS();
}

/*
 * All MSI vectors of a device share one message, which Linux keeps with the first. When the first
 * loses its eventfd, its interrupt is freed and the message cleared (msi_domain_deactivate), and
 * the interrupts of the other vectors are lost.
 */
SCENARIO(msi_goes_on_without_first_eventfd, "irq=msi:2 trigger=msi",
	 "MSI vectors keep working when the first one is given eventfd -1", .hidden = true)
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_MSI, 0, 2, &irqs));
	ASSERT_OK(dut_trigger(dut, IRQ_MSI, 1));
	ASSERT_EVENTS(irqs, 1, 1);
	ASSERT_OK(irqs_assign(irqs, 0, 1, IRQS_NONE));
	ASSERT_OK(dut_trigger(dut, IRQ_MSI, 1));
	ASSERT_EVENTS(irqs, 1, 2);
	PASS();
}
