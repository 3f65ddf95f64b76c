// SPDX-License-Identifier: GPL-2.0-only
#include "tests/devices/bench.h"

#include "lab/devices/lib/control.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define WAIT_MS 2000

int bench_begin(struct bench *bench, const char *name, char *word)
{
	int pair[2], err;

	*bench = (struct bench){.client = {.sock = -1}, .why = BUF_INIT, .memory = -1};
	for (unsigned int i = 0; i < BENCH_VECTORS; i++)
		bench->events[i] = -1;
	err = device_create(device_model(name), &word, word ? 1 : 0, &bench->device, &bench->why);
	if (err)
		return err;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	bench->client = (struct client){.sock = pair[0], .vfu = bench->device->vfu};
	err = vfu_attach_connected(bench->device->vfu, pair[1]);
	if (err) {
		close(pair[1]);
		return err;
	}
	err = client_greet(&bench->client);
	if (!err)
		bench_set_config(bench, PCI_COMMAND,
				 PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
	return err;
}

void bench_end(struct bench *bench)
{
	device_destroy(bench->device);
	buf_free(&bench->why);
	for (unsigned int i = 0; i < BENCH_VECTORS; i++)
		cleanup_close_p(&bench->events[i]);
	cleanup_close_p(&bench->client.sock);
	cleanup_close_p(&bench->memory);
}

int bench_control(struct bench *bench, const char *line)
{
	cleanup_buf struct buf answer = BUF_INIT;

	control_line(bench->device, line, &answer);
	return strncmp(answer.data, "ok", 2) ? -EINVAL : 0;
}

uint32_t bench_config(struct bench *bench, unsigned int offset, unsigned int len)
{
	uint8_t bytes[4] = {0};

	if (client_read(&bench->client, VFIO_PCI_CONFIG_REGION_INDEX, offset, bytes, len))
		return 0x0bad0bad;
	return pci_get32(bytes, 0);
}

void bench_set_config(struct bench *bench, unsigned int offset, uint32_t value, unsigned int len)
{
	uint8_t bytes[4];

	pci_set32(bytes, 0, value);
	client_write(&bench->client, VFIO_PCI_CONFIG_REGION_INDEX, offset, bytes, len);
}

uint32_t bench_read(struct bench *bench, unsigned int bar, uint64_t offset)
{
	uint8_t bytes[4] = {0};

	if (client_read(&bench->client, bar, offset, bytes, sizeof(bytes)))
		return 0x0bad0bad;
	return pci_get32(bytes, 0);
}

void bench_write(struct bench *bench, unsigned int bar, uint64_t offset, uint32_t value)
{
	uint8_t bytes[4];

	pci_set32(bytes, 0, value);
	client_write(&bench->client, bar, offset, bytes, sizeof(bytes));
}

static void enable(struct bench *bench, enum pci_irq kind, unsigned int count)
{
	const struct pci_function *function = &bench->device->function;

	if (kind == PCI_IRQ_MSI)
		bench_set_config(
			bench, function->msi + PCI_MSI_FLAGS,
			PCI_MSI_FLAGS_ENABLE | (31u - (unsigned int)__builtin_clz(count)) << 4, 2);
	if (kind == PCI_IRQ_MSIX)
		bench_set_config(bench, function->msix_cap + PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE,
				 2);
}

int bench_irqs(struct bench *bench, enum pci_irq kind, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		cleanup_close_p(&bench->events[i]);
		bench->events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	}
	enable(bench, kind, count);
	return client_irqs(&bench->client, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			   kind, 0, count, bench->events, count);
}

uint64_t bench_events(struct bench *bench, unsigned int vector)
{
	return events(bench->events[vector]);
}

void *bench_map(struct bench *bench, uint64_t iova, uint64_t size)
{
	void *at;

	bench->memory = memfd_create("dma", MFD_CLOEXEC);
	if (bench->memory < 0 || ftruncate(bench->memory, (off_t)size))
		return NULL;
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bench->memory, 0);
	if (at == MAP_FAILED)
		return NULL;
	if (client_map(&bench->client, iova, size, 3, bench->memory, 0)) {
		munmap(at, size);
		return NULL;
	}
	return at;
}

void bench_wait(struct bench *bench)
{
	vfu_step(bench->device->vfu, WAIT_MS);
}
