// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/pci/uevent.h"

#include "scenarios/lib/pci/pci.h"

#include "lab/base/buf.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

int uevent_open(void)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || !bind(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		return fd < 0 ? -errno : fd;
	close(fd);
	return -EPROTO;
}

bool uevent_wait(int fd, int ms)
{
	char event[4096];

	if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, ms) != 1)
		return false;
	while (recv(fd, event, sizeof(event), 0) > 0)
		;
	return true;
}

const char *uevent_await_pci(int fd, const char *address, bool present, unsigned int ms)
{
	int64_t until = now_ms() + ms;

	while (pci_has(address, "vendor") != present) {
		int64_t left = until - now_ms();

		if (left <= 0)
			return text("%s is %s after %u ms", address,
				    present ? "not there" : "still there", ms);
		uevent_wait(fd, (int)left);
	}
	return NULL;
}
