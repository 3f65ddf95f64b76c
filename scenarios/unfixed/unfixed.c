// SPDX-License-Identifier: GPL-2.0-only
/*
 * unfixed: what a kernel ought to do and none of those tried does. Runs only where it is asked for
 * by name: a case may take the memory of its guest along.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-header.h"

/*
 * Linux 5.10 (vfio_cap_init) enters the whole length of an MSI capability into its map of config
 * space, without a look at where that ends: in memory that is not the map's.
 */
SCENARIO(capability_at_end_of_config, "for=caps-cut",
	 "a capability cut short by the end of config space is not treated as complete",
	 .hidden = true)
{
	ASSERT_CHECK(check_header(dut));
	PASS();
}

/*
 * All MSI vectors of a device share one message, and Linux keeps it with the first: when that loses
 * its eventfd its interrupt is freed, the message is wiped (msi_domain_deactivate), and what the
 * other vectors raise goes nowhere.
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
