// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/partner.h"

#include "scenarios/lib/vfio/backend.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>

/* Beyond what dma_alloc() needs for the DUT, and within reach of the device of any DUT driver. */
#define FIRST_IOVA 0x04000000ull

static bool alone(const char *address)
{
	cleanup_list struct list members = {0};

	return !pci_group_members(address, &members) && members.count == 1;
}

static bool suits(const struct dut *dut, const char *address)
{
	cleanup_free char *driver = pci_driver(address);

	return strcmp(address, dut->address) && !driver &&
	       dut_driver_for(address, dut->model)->dma && alone(address);
}

int partner_find(const struct dut *dut, char address[PCI_ADDRESS])
{
	cleanup_list struct list all = {0};
	int err = pci_functions(&all);

	for (size_t i = 0; !err && i < all.count; i++) {
		if (suits(dut, all.items[i])) {
			memccpy(address, all.items[i], '\0', PCI_ADDRESS);
			return 0;
		}
	}
	return err ? err : -ENOENT;
}

int partner_join_as(struct user *user, const struct dut *dut, const char *address,
		    const char *driver)
{
	struct vfio *vfio = &user->dut.vfio;
	int err;

	user->dut = (struct dut){.name = "partner",
				 .driver = dut_driver_for(address, dut->model),
				 .model = dut->model,
				 .vfio_driver = driver,
				 .host = -1,
				 .mode = dut->mode,
				 .vfio = VFIO_CLOSED,
				 .wait_ms = dut->wait_ms,
				 .next_iova = FIRST_IOVA};
	memccpy(user->dut.address, address, '\0', sizeof(user->dut.address));
	vfio->mode = dut->mode;
	vfio->step = "bind";
	user->bound = true;
	err = pci_bind(user->dut.address, driver);
	return err ? err : vfio_backend(dut->mode)->join(&dut->vfio, user->dut.address, vfio);
}

int partner_join(struct user *user, const struct dut *dut, const char *address)
{
	return partner_join_as(user, dut, address, "vfio-pci");
}
