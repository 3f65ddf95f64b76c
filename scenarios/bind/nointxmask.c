// SPDX-License-Identifier: GPL-2.0-only
/* bind: the parameter nointxmask (modinfo vfio-pci). */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"

/*
 * Returns NULL if INTx arrives and, while it is masked, the device's own DisINTx is MASKED;
 * otherwise a message.
 */
static const char *check_intx_masking(struct dut *user, uint16_t masked)
{
	cleanup_irqs struct irqs *irqs = NULL;
	const char *why;
	uint16_t disabled;
	int err = dut_start(user);

	if (!err)
		err = irqs_enable(user, IRQ_INTX, 0, 1, &irqs);
	if (!err)
		err = dut_trigger(user, IRQ_INTX, 0);
	if (err)
		return text("INTx cannot be raised: %s", error_name(err));
	why = irqs_await(irqs, 0, 1);
	disabled = pci_config16(user->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE;
	dut_ack(user);
	if (!why && disabled != masked)
		why = text("DisINTx: expected 0x%x while INTx is masked, got 0x%x", masked,
			   disabled);
	if (!why && (irqs_unmask(irqs, 0) || dut_trigger(user, IRQ_INTX, 0)))
		why = "INTx cannot be unmasked and raised again";
	if (!why)
		why = irqs_await(irqs, 0, 2);
	dut_ack(user);
	return why;
}

static void mask_again(const char **module)
{
	module_set(*module, "nointxmask", "0");
}

/*
 * INTx is masked in the device, by DisINTx of COMMAND, unless nointxmask declares that unreliable:
 * then the interrupt line is masked.
 */
SCENARIO_UNBOUND(nointxmask_leaves_disintx_alone, "trigger=intx !model !variant",
		 "with nointxmask, INTx signals, masks and unmasks without touching DisINTx")
{
	static const struct {
		const char *nointxmask;
		uint16_t masked;
	} kinds[] = {{"0", PCI_COMMAND_INTX_DISABLE}, {"1", 0}};
	const char *address = dut->address;
	__attribute__((cleanup(mask_again))) const char *module = "vfio_pci";

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		cleanup_user struct user user = USER_NONE;
		const char *why;

		ASSERT_OK(module_set(module, "nointxmask", kinds[i].nointxmask));
		ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
		why = check_intx_masking(&user.dut, kinds[i].masked);
		dut_stop(&user.dut);
		ASSERT_CHECK(why);
		user_close(&user);
		/* The probed result is kept while the device is bound: unbind it. */
		ASSERT_OK(pci_unbind(address));
	}
	PASS();
}
