// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/user.h"

#include "scenarios/lib/report.h"

#include "lab/base/buf.h"

#include <string.h>

int user_open(struct user *user, const struct dut *dut)
{
	user->dut = *dut;
	return vfio_open(dut->mode, dut->address, &user->dut.vfio);
}

int user_bind_and_open(struct user *user, const struct dut *dut, const char *driver)
{
	int err;

	user->dut = *dut;
	user->dut.vfio = VFIO_CLOSED;
	user->dut.vfio.step = "bind";
	user->bound = true;
	err = pci_bind(dut->address, driver);
	return err ? err : vfio_open(dut->mode, dut->address, &user->dut.vfio);
}

int user_open_other(struct user *user, const struct dut *dut, const char *address,
		    const char *token)
{
	user->dut = (struct dut){.name = address,
				 .driver = dut_driver_for(address, dut->model),
				 .vfio_driver = dut->vfio_driver,
				 .host = -1,
				 .mode = dut->mode,
				 .wait_ms = dut->wait_ms};
	memccpy(user->dut.address, address, '\0', sizeof(user->dut.address));
	return vfio_open_with(dut->mode, address, token, &user->dut.vfio);
}

const char *user_error(const struct user *user, int err)
{
	return text("%s: %s: %s", user->dut.address, user->dut.vfio.step, error_name(err));
}

void user_close(struct user *user)
{
	vfio_close(&user->dut.vfio);
	user->dut.started = false;
}

void user_end(struct user *user)
{
	const char *address = user->dut.address;

	if (user->dut.vfio.device >= 0)
		dut_stop(&user->dut);
	user_close(user);
	if (user->bound)
		pci_release(&address);
	user->bound = false;
}
