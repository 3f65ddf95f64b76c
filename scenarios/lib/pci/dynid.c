// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/pci/dynid.h"

#include "scenarios/lib/pci/pci.h"

#include "lab/base/cleanup.h"

#include <string.h>

/* No driver has this name. */
#define AWAY "kept-away"

static char *id_of(const char *address)
{
	return text("%04lx %04lx", pci_number(address, "vendor", 0xffff),
		    pci_number(address, "device", 0xffff));
}

/* Returns true if the ID that ADDRESS shares with the DUT would get it bound to the driver. */
static bool would_follow(const struct dynid *dynid, const char *address)
{
	cleanup_free char *id = id_of(address);
	cleanup_free char *driver = pci_driver(address);

	return !driver && !strcmp(id, dynid->id);
}

int dynid_prepare(struct dynid *dynid, const char *driver, const char *address)
{
	cleanup_list struct list all = {0};
	int err = pci_functions(&all);

	*dynid = (struct dynid){.driver = driver, .id = id_of(address)};
	for (size_t i = 0; i < all.count && !err; i++) {
		if (!strcmp(all.items[i], address) || !would_follow(dynid, all.items[i]))
			continue;
		err = pci_override(all.items[i], AWAY);
		list_add(&dynid->aside, all.items[i]);
	}
	return err;
}

int dynid_add(const struct dynid *dynid, const char *further)
{
	cleanup_free char *fields = text("%s %s", dynid->id, further);

	return pci_driver_write(dynid->driver, "new_id", fields);
}

int dynid_remove(const struct dynid *dynid)
{
	return pci_driver_write(dynid->driver, "remove_id", dynid->id);
}

void dynid_free(struct dynid *dynid)
{
	while (dynid->id && !dynid_remove(dynid))
		;
	for (size_t i = 0; i < dynid->aside.count; i++)
		pci_override(dynid->aside.items[i], "");
	list_free(&dynid->aside);
	free(dynid->id);
	*dynid = (struct dynid){0};
}
