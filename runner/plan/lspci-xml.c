// SPDX-License-Identifier: GPL-2.0-only
/* Writes the machine of a dump. */
#include "runner/plan/lspci-layout.h"

static void add_controller(struct buf *xml, const char *model, unsigned int index, unsigned int bus,
			   unsigned int slot)
{
	buf_printf(xml,
		   "    <controller type=\"pci\" model=\"%s\" index=\"%u\">%s<address "
		   "type=\"pci\" bus=\"%u\" slot=\"%u\"/></controller>\n",
		   model, index, bus ? "" : "<target hotplug=\"off\"/>", bus, slot);
}

static void add_controllers(const struct layout *layout, struct buf *xml)
{
	for (size_t g = 0; g < layout->group_count; g++) {
		const struct group *group = &layout->groups[g];

		if (group->place == PLACE_PORT)
			add_controller(xml, "pcie-root-port", group->index, 0, group->slot);
		if (group->place != PLACE_BRIDGE || lspci_layout_shared(layout, group))
			continue;
		add_controller(xml, "pcie-root-port", group->index - 1, 0, group->slot);
		add_controller(xml, "pcie-to-pci-bridge", group->index, group->index - 1, 0);
	}
}

/* The slot on the bus that the group is on. */
static unsigned int bus_slot(const struct group *group)
{
	return group->place == PLACE_ROOT ? group->slot : group->inner;
}

static void add_dut(const struct group *group, const struct member *member, struct buf *xml)
{
	const char *name = member->function->address;

	buf_printf(xml, "      <lab:dut name=\"%s\" path=\"", name);
	if (group->place != PLACE_ROOT)
		buf_printf(xml, "%02x.0/", group->slot);
	if (group->place == PLACE_BRIDGE)
		buf_puts(xml, "00.0/");
	buf_printf(xml, "%02x.%u\"/>\n", bus_slot(group), member->number);
}

static void add_model(const struct group *group, const struct member *member,
		      const struct lspci_request *request, struct buf *xml)
{
	const char *name = member->function->address;

	buf_printf(xml, "      <lab:device name=\"%s\" model=\"lspci\" bus=\"", name);
	if (group->index)
		buf_printf(xml, "pci.%u", group->index);
	else
		buf_puts(xml, "pcie.0");
	buf_printf(xml, "\" addr=\"%x.%u\" params=\"file=%s function=%s", bus_slot(group),
		   member->number, request->file, name);
	if (member->replayed)
		buf_printf(xml, " replay=%s", request->replay_file);
	buf_puts(xml, "\"/>\n");
}

void lspci_layout_write(const struct layout *layout, const struct lspci_request *request,
			struct buf *xml)
{
	buf_puts(xml, "<domain xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\">\n"
		      "  <name>" LSPCI_MACHINE "</name>\n  <metadata>\n"
		      "    <lab:machine xmlns:lab=\"urn:vfiolab:machine\">\n"
		      "      <lab:about>The devices of an lspci dump</lab:about>\n");
	for (size_t g = 0; g < layout->group_count; g++)
		for (size_t i = 0; i < layout->groups[g].count; i++)
			add_dut(&layout->groups[g], &layout->members[layout->groups[g].first + i],
				xml);
	for (size_t g = 0; g < layout->group_count; g++)
		for (size_t i = 0; i < layout->groups[g].count; i++)
			add_model(&layout->groups[g], &layout->members[layout->groups[g].first + i],
				  request, xml);
	buf_puts(xml, "    </lab:machine>\n  </metadata>\n  <devices>\n");
	add_controllers(layout, xml);
	buf_puts(xml, "  </devices>\n</domain>\n");
}
