// SPDX-License-Identifier: GPL-2.0-only
/*
 * echo-device PATH: serves a minimal PCI device at PATH until SIGTERM. Prints "ready" when clients
 * can connect. Its registers (echo.h) exercise each path between guest and server: trapped
 * accesses, mapped memory, DMA.
 */
#include "tests/vfio-user/qemu/echo.h"

#include "lab/base/cleanup.h"
#include "lab/vfio-user/vfio-user.h"

#include <linux/pci_regs.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

struct echo {
	struct vfu *vfu;
	unsigned char config[256];
	uint32_t regs[ECHO_SIZE / 4];
	unsigned char *memory;
};

static void put16(struct echo *e, unsigned int at, unsigned int value)
{
	e->config[at] = (unsigned char)value;
	e->config[at + 1] = (unsigned char)(value >> 8);
}

static void reset(struct echo *e)
{
	memset(e->config, 0, sizeof(e->config));
	memset(e->regs, 0, sizeof(e->regs));
	put16(e, PCI_VENDOR_ID, ECHO_VENDOR);
	put16(e, PCI_DEVICE_ID, ECHO_DEVICE);
	put16(e, PCI_CLASS_DEVICE, 0xff00);
	e->regs[ECHO_ID / 4] = ECHO_IDENTITY;
}

/* The client emulates the BARs, so the device must only store its COMMAND register. */
static int access_config(struct echo *e, const struct vfu_access *access)
{
	for (size_t i = 0; i < access->len; i++) {
		uint64_t at = access->offset + i;

		if (!access->write)
			access->data[i] = e->config[at];
		else if (at == PCI_COMMAND || at == PCI_COMMAND + 1)
			e->config[at] = access->data[i];
	}
	return 0;
}

/* Reads bytes from memory, writes them back inverted, and stores the result for the guest. */
static void copy(struct echo *e)
{
	uint64_t iova = e->regs[ECHO_IOVA / 4] | (uint64_t)e->regs[ECHO_IOVA / 4 + 1] << 32;
	unsigned char bytes[ECHO_COPY];
	int r = vfu_dma_read(e->vfu, iova, bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)~bytes[i];
	if (!r)
		r = vfu_dma_write(e->vfu, iova, bytes, sizeof(bytes));
	e->regs[ECHO_RESULT / 4] = (uint32_t)r;
}

static void say(const char *word, uint32_t number)
{
	printf("%s %u\n", word, number);
	fflush(stdout);
}

static uint32_t sum(const struct echo *e)
{
	uint32_t total = 0;

	for (size_t i = 0; i < ECHO_MEMORY; i++)
		total += e->memory[i];
	return total;
}

static int access_registers(struct echo *e, const struct vfu_access *access)
{
	unsigned int at = (unsigned int)access->offset / 4;

	if (access->len != 4 || access->offset % 4)
		return -EINVAL;
	if (!access->write) {
		uint32_t value = access->offset == ECHO_SUM ? sum(e) : e->regs[at];

		memcpy(access->data, &value, sizeof(value));
		return 0;
	}
	memcpy(&e->regs[at], access->data, sizeof(e->regs[at]));
	if (access->offset == ECHO_INVERT)
		e->regs[at] = ~e->regs[at];
	if (access->offset == ECHO_START)
		copy(e);
	if (access->offset == ECHO_VERDICT)
		say("verdict", e->regs[at]);
	return 0;
}

static int echo_access(void *device, const struct vfu_access *access)
{
	struct echo *e = device;

	return access->region == VFIO_PCI_CONFIG_REGION_INDEX ? access_config(e, access)
							      : access_registers(e, access);
}

static int echo_reset(void *device)
{
	struct echo *e = device;

	reset(e);
	return 0;
}

static void terminate(void *arg)
{
	struct echo *e = arg;

	vfu_stop(e->vfu);
}

static int describe(struct echo *e)
{
	struct vfu_region config = {.size = sizeof(e->config), .flags = VFU_REGION_RW, .fd = -1};
	struct vfu_region registers = {.size = ECHO_SIZE, .flags = VFU_REGION_RW, .fd = -1};
	struct vfu_region memory = {.size = ECHO_MEMORY, .flags = VFU_REGION_RW};
	int r;

	memory.fd = vfu_memory(ECHO_MEMORY, &memory.memory);
	if (memory.fd < 0)
		return memory.fd;
	e->memory = memory.memory;
	r = vfu_set_region(e->vfu, VFIO_PCI_CONFIG_REGION_INDEX, &config);
	if (!r)
		r = vfu_set_region(e->vfu, VFIO_PCI_BAR0_REGION_INDEX, &registers);
	return r ? r : vfu_set_region(e->vfu, VFIO_PCI_BAR2_REGION_INDEX, &memory);
}

static int serve(struct echo *e, const char *path)
{
	static const struct vfu_ops ops = {.access = echo_access, .reset = echo_reset};
	cleanup_vfu struct vfu *vfu = NULL;
	cleanup_close int signals = -1;
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	r = vfu_create(&vfu, &ops, e, NULL);
	e->vfu = vfu;
	if (!r)
		r = describe(e);
	if (!r)
		r = vfu_watch(vfu, signals, terminate, e);
	if (!r)
		r = vfu_attach_path(vfu, path);
	if (r)
		return r;
	say("ready", 0);
	return vfu_run(vfu);
}

int main(int argc, char **argv)
{
	struct echo e = {0};
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: echo-device PATH\n");
		return 2;
	}
	reset(&e);
	r = serve(&e, argv[1]);
	if (r)
		fprintf(stderr, "echo-device: %s: %s\n", argv[1], strerror(-r));
	return r ? 2 : 0;
}
