// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/pci/native.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/pci.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

char *native_module(const char *address)
{
	cleanup_free char *modalias = NULL;
	cleanup_free char *module = NULL;

	if (!pci_read(address, "modalias", &modalias))
		module = module_for(modalias);
	/*
	 * It matches any device of its vendor (ivshmem is one), and the guest's own ports depend on
	 * it.
	 */
	if (module && !strcmp(module, "virtio_pci"))
		return NULL;
	return steal(module);
}

char *native_driver(const char *module)
{
	cleanup_free char *path = text("/sys/module/%s/drivers", module);
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (!strncmp(entry->d_name, "pci:", 4))
			return strdup(entry->d_name + 4);
	}
	return NULL;
}

/*
 * Returns the only entry of a folder below the device, which is the name of its interface or
 * controller, or NULL.
 */
static char *child_of(const char *address, const char *folder)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/%s", address, folder);
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name != '.')
			return strdup(entry->d_name);
	}
	return NULL;
}

/* Returns the count of interrupt NUMBER on all CPUs: counts separated by commas. */
static unsigned long count_of(const char *number)
{
	cleanup_free char *path = text("/sys/kernel/irq/%s/per_cpu_count", number);
	cleanup_free char *counts = NULL;
	unsigned long sum = 0;
	char *save = NULL;

	if (file_read(path, &counts, NULL))
		return 0;
	for (char *one = strtok_r(counts, ",", &save); one; one = strtok_r(NULL, ",", &save))
		sum += strtoul(one, NULL, 10);
	return sum;
}

/* Returns how many messages of the device arrived. */
static unsigned long messages_of(const char *address)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/msi_irqs", address);
	cleanup_dir DIR *dir = opendir(path);
	unsigned long sum = 0;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		sum += *entry->d_name == '.' ? 0 : count_of(entry->d_name);
	return sum;
}

/* Returns the count of its INTx, including that of other devices on the line. */
static unsigned long line_of(const char *address)
{
	cleanup_free char *number = text("%ld", pci_number(address, "irq", 0));

	return count_of(number);
}

/* BEFORE: an earlier value of line_of(). */
static bool has_interrupt(const char *address, unsigned long before)
{
	return messages_of(address) > 0 || line_of(address) > before;
}

static bool is_live(const char *address, unsigned long before __attribute__((unused)))
{
	cleanup_free char *controller = child_of(address, "nvme");
	cleanup_free char *attribute = text("nvme/%s/state", controller);
	cleanup_free char *state = NULL;

	return !pci_read(address, attribute, &state) && !strcmp(state, "live");
}

/* Poll until CONDITION holds: the drivers offer no event for it. */
static bool becomes(bool (*condition)(const char *address, unsigned long before),
		    const char *address, unsigned long before, unsigned int ms)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t until = now_ms() + ms;

	while (!condition(address, before)) {
		if (now_ms() > until)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static int bring_up(const char *interface)
{
	cleanup_close int any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request))
		return -errno;
	request.ifr_flags |= IFF_UP;
	return ioctl(any, SIOCSIFFLAGS, &request) ? -errno : 0;
}

/* The drivers trigger an interrupt when the interface is brought up, as a test. */
static const char *check_interface_works(const char *address, const char *interface,
					 unsigned int ms)
{
	const unsigned long before = line_of(address);
	int err = bring_up(interface);

	if (err)
		return text("%s does not get a link: %s", interface, error_name(err));
	if (!becomes(has_interrupt, address, before, ms))
		return text("%s is up, but received no interrupt in %u ms", interface, ms);
	return NULL;
}

static const char *check_controller_works(const char *address, unsigned int ms)
{
	cleanup_free char *controller = child_of(address, "nvme");

	if (controller && !becomes(is_live, address, 0, ms))
		return text("%s is not in state live after %u ms", controller, ms);
	return NULL;
}

const char *bind_native_driver(const char *address, const char *driver, unsigned int ms)
{
	int err = pci_probe(address);
	const char *why = err ? text("%s cannot be probed: %s", address, error_name(err)) : NULL;

	if (!why)
		why = check_driver(address, driver);
	return why ? why : check_controller_works(address, ms);
}

const char *check_native_driver_works(const char *address, unsigned int ms)
{
	cleanup_free char *interface = child_of(address, "net");

	if (interface)
		return check_interface_works(address, interface, ms);
	if (pci_number(address, "class", 0) >> 8 == 0x0200)
		return text("%s has a driver, but no network interface", address);
	return check_controller_works(address, ms);
}
