// SPDX-License-Identifier: GPL-2.0-only
/*
 * hotplug: errors reported by PCI Express (Advanced Error Reporting), which reach the user through
 * the error interrupt (VFIO_PCI_ERR_IRQ_INDEX in include/uapi/linux/vfio.h).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/host.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

/* A word of config space, restored at the end of the scope. */
struct kept_word {
	const char *address;
	unsigned int at;
	uint16_t value;
};

static struct kept_word set_bits(const char *address, unsigned int at, uint16_t bits)
{
	struct kept_word kept = {address, at, pci_config16(address, at)};

	pci_config_write16(address, at, kept.value | bits);
	return kept;
}

static void restore_word(struct kept_word *kept)
{
	pci_config_write16(kept->address, kept->at, kept->value);
}

#define cleanup_word __attribute__((cleanup(restore_word)))

/*
 * The port reports an error of its link, and the kernel notifies the drivers of all devices below
 * it. The port reports it only with SERR# Enable (PCI Express, 6.2.6), which firmware sets if there
 * is any. The case runs on VFs, as no reset of a whole bus follows on their machine: QEMU 11.1's
 * port loses its Link Capabilities with the error, and Linux then waits in vain.
 */
SCENARIO(aer_error_signals_error_interrupt, "vf irq=err",
	 "an uncorrectable error at the port above signals the error interrupt, and the device "
	 "still works")
{
	cleanup_free char *payload = text("%s COMP_TIME", dut->name);
	cleanup_irqs struct irqs *irqs = NULL;
	char port[PCI_ADDRESS];

	ASSERT_OK(pci_parent(dut->address, port));
	ASSERT_OK(irqs_enable(dut, IRQ_ERR, 0, 1, &irqs));
	cleanup_word struct kept_word serr =
		set_bits(port, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_SERR);

	ASSERT_CHECK(ask_host(dut, "aer", payload));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_HEX(pci_number(dut->address, "vendor", 0), config_read16(dut, PCI_VENDOR_ID));
	PASS();
}

/*
 * A thread that assigns alternating eventfds to the error interrupt, and one or none to the request
 * interrupt.
 */
struct assigner {
	struct dut *dut;
	int errors[2], request;
	atomic_bool stop;
	unsigned long rounds;
	int err;
};

static int assign(struct dut *dut, enum irq_kind kind, int fd)
{
	return irq_set(dut, IRQ_TRIGGER(EVENTFD), kind, 0, 1, &fd, sizeof(fd));
}

static void *assigns(void *arg)
{
	struct assigner *assigner = arg;

	while (!assigner->stop && !assigner->err) {
		const unsigned long round = assigner->rounds++;

		assigner->err = assign(assigner->dut, IRQ_ERR, assigner->errors[round & 1]);
		if (!assigner->err)
			assigner->err = assign(assigner->dut, IRQ_REQ, assigner->request);
		if (!assigner->err)
			assigner->err =
				irq_set(assigner->dut, IRQ_TRIGGER(NONE), IRQ_REQ, 0, 1, NULL, 0);
		if (!assigner->err)
			assigner->err = assign(assigner->dut, IRQ_REQ, -1);
	}
	return NULL;
}

/* Wait for one more event on either; NULL if it came. */
static const char *await_either(struct assigner *assigner, unsigned int ms)
{
	struct pollfd fds[] = {{.fd = assigner->errors[0], .events = POLLIN},
			       {.fd = assigner->errors[1], .events = POLLIN}};
	uint64_t seen;

	poll(fds, ARRAY_SIZE(fds), (int)ms);
	seen = event_read(fds[0].fd) + event_read(fds[1].fd);
	return seen == 1 ? NULL : text("one error gave %llu events", (unsigned long long)seen);
}

#define ERRORS 3

static const char *errors_come(struct assigner *assigner, const char *payload)
{
	const char *why = NULL;

	for (unsigned int i = 0; i < ERRORS && !why; i++) {
		why = ask_host(assigner->dut, "aer", payload);
		if (!why)
			why = await_either(assigner, assigner->dut->wait_ms);
	}
	return why;
}

/*
 * Linux before 6.19 has one lock for all of them; later kernels use RCU. The eventfd being replaced
 * is never the one that is signalled.
 */
SCENARIO(aer_error_while_eventfds_replaced, "vf irq=err irq=req",
	 "each AER error gives one event while another thread replaces the ERR and REQ eventfds")
{
	cleanup_free char *payload = text("%s COMP_TIME", dut->name);
	cleanup_close int one = event_open(), other = event_open(), request = event_open();
	struct assigner assigner = {.dut = dut, .errors = {one, other}, .request = request};
	char port[PCI_ADDRESS];
	pthread_t thread;
	const char *why;

	ASSERT_OK(pci_parent(dut->address, port));
	cleanup_word struct kept_word serr =
		set_bits(port, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_SERR);

	ASSERT_OK(assign(dut, IRQ_ERR, one));
	ASSERT_OK(-pthread_create(&thread, NULL, assigns, &assigner));
	why = errors_come(&assigner, payload);
	assigner.stop = true;
	pthread_join(thread, NULL);
	ASSERT_OK(assign(dut, IRQ_ERR, -1));
	ASSERT_OK(assigner.err);
	ASSERT_CHECK(why);
	ASSERT_NUMBER(assigner.rounds, event_read(request));
	PASS();
}
