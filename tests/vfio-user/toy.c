// SPDX-License-Identifier: GPL-2.0-only
#include "tests/vfio-user/toy.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

static uint64_t reg(const struct toy *toy, enum toy_reg r)
{
	uint64_t value;

	memcpy(&value, toy->bar + r, sizeof(value));
	return value;
}

static void start_dma(struct toy *toy)
{
	uint64_t len = reg(toy, TOY_DMA_LEN);

	if (len > sizeof(toy->buffer))
		toy->dma_result = -EINVAL;
	else if (reg(toy, TOY_DMA_START) == 1)
		toy->dma_result = vfu_dma_read(toy->vfu, reg(toy, TOY_DMA_IOVA), toy->buffer, len);
	else
		toy->dma_result = vfu_dma_write(toy->vfu, reg(toy, TOY_DMA_IOVA), toy->buffer, len);
}

static int bar_effect(struct toy *toy, uint64_t offset)
{
	switch (offset) {
	case TOY_DMA_START:
		start_dma(toy);
		return 0;
	case TOY_RAISE:
		toy->irq_result = vfu_irq_raise(toy->vfu, VFIO_PCI_MSIX_IRQ_INDEX,
						(unsigned int)reg(toy, TOY_RAISE));
		return 0;
	case TOY_LEVEL:
		toy->irq_result = vfu_irq_level(toy->vfu, VFIO_PCI_INTX_IRQ_INDEX, 0,
						reg(toy, TOY_LEVEL) & 1);
		return 0;
	case TOY_FAIL:
		return -ERANGE;
	case TOY_HANG_UP:
		vfu_hang_up(toy->vfu);
		return 0;
	default:
		return 0;
	}
}

static unsigned char *store(struct toy *toy, unsigned int region)
{
	switch (region) {
	case TOY_BAR:
		return toy->bar;
	case TOY_RAM:
		return toy->ram;
	default:
		return toy->config;
	}
}

static int toy_access(void *device, const struct vfu_access *access)
{
	struct toy *toy = device;
	unsigned char *at = store(toy, access->region) + access->offset;

	toy->accesses++;
	if (!access->write) {
		memcpy(access->data, at, access->len);
		return 0;
	}
	memcpy(at, access->data, access->len);
	return access->region == TOY_BAR ? bar_effect(toy, access->offset) : 0;
}

static int toy_reset(void *device)
{
	struct toy *toy = device;

	memset(toy->bar, 0, sizeof(toy->bar));
	toy->resets++;
	return 0;
}

static void toy_irqs(void *device, unsigned int index, unsigned int first, unsigned int count)
{
	struct toy *toy = device;

	(void)index;
	(void)first;
	(void)count;
	toy->irq_changes++;
}

static void toy_mapped(void *device, uint64_t iova, uint64_t size)
{
	struct toy *toy = device;

	(void)iova;
	(void)size;
	toy->maps++;
}

static void toy_unmapped(void *device, uint64_t iova, uint64_t size)
{
	struct toy *toy = device;

	(void)iova;
	(void)size;
	toy->unmaps++;
}

static void toy_connected(void *device)
{
	struct toy *toy = device;

	toy->connects++;
}

static void toy_disconnected(void *device)
{
	struct toy *toy = device;

	toy->disconnects++;
}

static const struct vfu_ops toy_ops = {
	.access = toy_access,
	.reset = toy_reset,
	.irqs_changed = toy_irqs,
	.dma_mapped = toy_mapped,
	.dma_unmapped = toy_unmapped,
	.connected = toy_connected,
	.disconnected = toy_disconnected,
};

struct part {
	unsigned int index;
	struct vfu_region region;
};

static int describe_regions(struct toy *toy)
{
	const struct part parts[] = {
		{TOY_BAR, {.size = TOY_BAR_SIZE, .flags = VFU_REGION_RW, .fd = -1}},
		{TOY_RAM,
		 {.size = TOY_RAM_SIZE,
		  .flags = VFU_REGION_RW,
		  .fd = toy->ram_fd,
		  .memory = toy->ram,
		  .area_count = 2,
		  .areas = {{4096, 4096}, {12288, 4096}}}},
		{TOY_ROM, {.size = 128, .flags = VFU_REGION_READ, .fd = -1}},
		{TOY_CONFIG, {.size = 256, .flags = VFU_REGION_RW, .fd = -1}},
		{TOY_OWN,
		 {.size = sizeof(toy->own),
		  .flags = VFU_REGION_RW,
		  .fd = -1,
		  .memory = toy->own,
		  .type = 0x80008086,
		  .subtype = 7}},
	};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(parts); i++)
		r = vfu_set_region(toy->vfu, parts[i].index, &parts[i].region);
	return r;
}

static int describe(struct toy *toy)
{
	const uint32_t level =
		VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	int r;

	toy->ram_fd = vfu_memory(TOY_RAM_SIZE, (void **)&toy->ram);
	if (toy->ram_fd < 0)
		return toy->ram_fd;
	r = describe_regions(toy);
	if (!r)
		r = vfu_set_irqs(toy->vfu, VFIO_PCI_INTX_IRQ_INDEX, 1, level);
	if (!r)
		r = vfu_set_irqs(toy->vfu, VFIO_PCI_MSIX_IRQ_INDEX, TOY_VECTORS,
				 VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE);
	if (!r)
		r = vfu_set_irqs(toy->vfu, VFIO_PCI_ERR_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD);
	return r;
}

int toy_make(struct toy **out, const struct vfu_limits *limits)
{
	const struct vfu_limits usual = {.max_transfer = TOY_TRANSFER, .dma_timeout_ms = 50};
	cleanup_toy struct toy *toy = calloc(1, sizeof(*toy));
	int r;

	if (!toy)
		return -ENOMEM;
	toy->client.sock = toy->ram_fd = -1;
	r = vfu_create(&toy->vfu, &toy_ops, toy, limits ? limits : &usual);
	if (!r)
		r = describe(toy);
	toy->client.vfu = toy->vfu;
	if (!r)
		*out = steal(toy);
	return r;
}

int toy_connect(struct toy *toy, bool greet)
{
	int pair[2], size = 1 << 20, r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	toy->client.sock = pair[0];
	r = vfu_attach_connected(toy->vfu, pair[1]);
	if (r) {
		close(pair[1]);
		return r;
	}
	return greet ? client_greet(&toy->client) : 0;
}

void toy_leave(struct toy *toy)
{
	cleanup_close_p(&toy->client.sock);
	toy->client.sock = -1;
	client_pump(&toy->client);
}

void toy_free(struct toy **p)
{
	struct toy *toy = *p;

	if (!toy)
		return;
	vfu_destroy(toy->vfu);
	cleanup_close_p(&toy->client.sock);
	cleanup_close_p(&toy->ram_fd);
	if (toy->ram)
		munmap(toy->ram, TOY_RAM_SIZE);
	free(toy);
}

int toy_set(struct toy *toy, enum toy_reg r, uint64_t value)
{
	return client_write(&toy->client, TOY_BAR, r, &value, sizeof(value));
}

int toy_dma(struct toy *toy, bool write, uint64_t iova, uint64_t len)
{
	int r = toy_set(toy, TOY_DMA_IOVA, iova);

	if (!r)
		r = toy_set(toy, TOY_DMA_LEN, len);
	toy->dma_result = -ENOEXEC; /* not an errno of the library */
	if (!r)
		r = toy_set(toy, TOY_DMA_START, write ? 2 : 1);
	return r ? r : toy->dma_result;
}

int memory_file(size_t size, bool can_shrink)
{
	cleanup_close int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	cleanup_free unsigned char *pattern = malloc(size);

	if (fd < 0 || !pattern)
		return -1;
	for (size_t i = 0; i < size; i++)
		pattern[i] = (unsigned char)(i ^ (i >> 8));
	if (pwrite(fd, pattern, size, 0) != (ssize_t)size)
		return -1;
	if (!can_shrink && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK))
		return -1;
	return steal_fd(&fd);
}
