// SPDX-License-Identifier: GPL-2.0-only
/*
 * model-sriov: SR-IOV for the lab's device models.
 *
 * QEMU has a function of its own for each model. The PF is in slot 0 of the bus behind a port, and
 * VF n is in slot n + 1, where Linux does not look for devices behind a port. QEMU takes the SR-IOV
 * capability of a vfio-user device out of the list, but passes accesses to its registers on. This
 * module does the rest of what an SR-IOV device does. It sits between the PCI core and config space
 * of that bus, as aer_inject does: the capability is in the list again, a VF answers only while VF
 * Enable is set, and its BARs are where the capability has them.
 *
 * DMA and interrupts do not pass here: each VF is a function of QEMU's, with its own requester ID.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#define MODEL_VFS_MAX		31
#define MODEL_VF_BARS_MASK	0xf	/* flags in the lowest bits of a memory BAR */

struct model_pf {
	struct list_head entry;
	struct pci_bus *bus;
	struct pci_ops *lower;		/* those of the bus before */
	struct pci_ops ops;
	raw_spinlock_t lock;		/* VFs follow the capability, one access at a time */
	unsigned int last;		/* offset of the last extended capability in the list */
	unsigned int sriov;		/* offset of the one that QEMU took out of it */
	unsigned int total;		/* VFs that the PF can have */
	unsigned int enabled;		/* VFs that answer */
	bool memory;			/* and whether their memory does */
	u32 sizing[PCI_SRIOV_NUM_BARS];	/* what a BAR of VFs reads when all ones were written */
};

static LIST_HEAD(model_pfs);

static unsigned int model_vf_devfn(unsigned int vf)
{
	return PCI_DEVFN(vf + 1, 0);
}

static u32 model_lower_read(struct model_pf *pf, unsigned int devfn, unsigned int at)
{
	u32 value = ~0;

	pf->lower->read(pf->bus, devfn, at, 4, &value);
	return value;
}

static void model_lower_write(struct model_pf *pf, unsigned int devfn, unsigned int at, int size,
			      u32 value)
{
	pf->lower->write(pf->bus, devfn, at, size, value);
}

static bool model_sizing_is_64bit(u32 sizing)
{
	return (sizing & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
}

/* The bytes of BAR I of one VF; 0 if it has no such BAR. */
static u64 model_vf_bar_size(struct model_pf *pf, unsigned int i)
{
	const u32 low = pf->sizing[i] & ~MODEL_VF_BARS_MASK;

	if (!low)
		return 0;
	if (!model_sizing_is_64bit(pf->sizing[i]))
		return ~low + 1;
	return ~((u64)pf->sizing[i + 1] << 32 | low) + 1;
}

static void model_vf_place(struct model_pf *pf, unsigned int vf)
{
	const unsigned int devfn = model_vf_devfn(vf);
	unsigned int i, width;

	for (i = 0; i < PCI_SRIOV_NUM_BARS; i += width) {
		const unsigned int at = pf->sriov + PCI_SRIOV_BAR + 4 * i;
		const bool wide = model_sizing_is_64bit(pf->sizing[i]);
		u64 base = model_lower_read(pf, 0, at) & ~MODEL_VF_BARS_MASK;

		width = wide ? 2 : 1;
		if (wide)
			base |= (u64)model_lower_read(pf, 0, at + 4) << 32;
		base += vf * model_vf_bar_size(pf, i);
		model_lower_write(pf, devfn, PCI_BASE_ADDRESS_0 + 4 * i, 4, base);
		if (wide)
			model_lower_write(pf, devfn, PCI_BASE_ADDRESS_0 + 4 * (i + 1), 4,
					  base >> 32);
	}
}

/* QEMU maps the BARs if COMMAND says so. The model itself answers always. */
static void model_vf_enable(struct model_pf *pf, unsigned int vf)
{
	const unsigned int devfn = model_vf_devfn(vf);
	u32 command = model_lower_read(pf, devfn, PCI_COMMAND) & 0xffff & ~PCI_COMMAND_MEMORY;

	model_lower_write(pf, devfn, PCI_COMMAND, 2, command);
	model_vf_place(pf, vf);
	if (pf->memory)
		model_lower_write(pf, devfn, PCI_COMMAND, 2, command | PCI_COMMAND_MEMORY);
}

static unsigned int model_find_capability(struct model_pf *pf, unsigned int devfn, u8 id)
{
	unsigned int at = model_lower_read(pf, devfn, PCI_CAPABILITY_LIST) & 0xfc;
	unsigned int left = 48;

	while (at && left--) {
		const u32 header = model_lower_read(pf, devfn, at);

		if ((header & 0xff) == id)
			return at;
		at = header >> 8 & 0xfc;
	}
	return 0;
}

/* A VF that is enabled later begins as after a reset. */
static void model_vf_disable(struct model_pf *pf, unsigned int vf)
{
	const unsigned int devfn = model_vf_devfn(vf);
	const unsigned int pcie = model_find_capability(pf, devfn, PCI_CAP_ID_EXP);

	model_lower_write(pf, devfn, PCI_COMMAND, 2, 0);
	if (pcie)
		model_lower_write(pf, devfn, pcie + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR);
}

/*
 * Have the VFs follow the PF, whose reset clears VF Enable without a write to it. MOVED: their BARs
 * may have changed.
 */
static void model_follow(struct model_pf *pf, bool moved)
{
	const u32 control = model_lower_read(pf, 0, pf->sriov + PCI_SRIOV_CTRL);
	const u32 wanted = model_lower_read(pf, 0, pf->sriov + PCI_SRIOV_NUM_VF) & 0xffff;
	unsigned int enabled = 0, vf;

	if (control != ~0 && control & PCI_SRIOV_CTRL_VFE)
		enabled = min(wanted, pf->total);
	moved |= enabled > pf->enabled;
	pf->memory = enabled && control & PCI_SRIOV_CTRL_MSE;
	for (vf = enabled; vf < pf->enabled; vf++)
		model_vf_disable(pf, vf);
	for (vf = 0; vf < enabled && moved; vf++)
		model_vf_enable(pf, vf);
	pf->enabled = enabled;
}

static u32 model_read_pf(struct model_pf *pf, unsigned int devfn, unsigned int at)
{
	const u32 value = model_lower_read(pf, devfn, at);

	if (devfn)
		return value;
	if (at == pf->last)
		return (value & 0xfffff) | pf->sriov << 20;
	return at == pf->sriov ? value & 0xfffff : value;
}

/* Whether the VF with DEVFN answers. */
static bool model_vf_answers(struct model_pf *pf, unsigned int devfn)
{
	model_follow(pf, false);
	return !PCI_FUNC(devfn) && PCI_SLOT(devfn) <= pf->enabled;
}

static bool model_is_bar(unsigned int at)
{
	return (at >= PCI_BASE_ADDRESS_0 && at < PCI_BASE_ADDRESS_0 + 24) ||
	       (at >= PCI_ROM_ADDRESS && at < PCI_ROM_ADDRESS + 4);
}

static u32 model_read_vf(struct model_pf *pf, unsigned int devfn, unsigned int at)
{
	if (!model_vf_answers(pf, devfn))
		return ~0;
	return model_is_bar(at) ? 0 : model_lower_read(pf, devfn, at);
}

static int model_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	struct model_pf *pf = container_of(bus->ops, struct model_pf, ops);
	const unsigned int at = where & ~3;
	unsigned long flags;
	u32 all;

	raw_spin_lock_irqsave(&pf->lock, flags);
	all = PCI_SLOT(devfn) ? model_read_vf(pf, devfn, at) : model_read_pf(pf, devfn, at);
	raw_spin_unlock_irqrestore(&pf->lock, flags);
	*value = all >> 8 * (where & 3) & (~0U >> 8 * (4 - size));
	return PCIBIOS_SUCCESSFUL;
}

static void model_write_pf(struct model_pf *pf, unsigned int devfn, unsigned int at, int size,
			   u32 value)
{
	model_lower_write(pf, devfn, at, size, value);
	if (!devfn)
		model_follow(pf, at >= pf->sriov + PCI_SRIOV_CTRL &&
				 at < pf->sriov + PCI_SRIOV_VFM);
}

/* The memory of a VF is enabled in its PF. */
static void model_write_vf(struct model_pf *pf, unsigned int devfn, unsigned int at, int size,
			   u32 value)
{
	if (!model_vf_answers(pf, devfn) || model_is_bar(at))
		return;
	if (at == PCI_COMMAND)
		value = (value & ~PCI_COMMAND_MEMORY) | (pf->memory ? PCI_COMMAND_MEMORY : 0);
	model_lower_write(pf, devfn, at, size, value);
}

static int model_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	struct model_pf *pf = container_of(bus->ops, struct model_pf, ops);
	unsigned long flags;

	raw_spin_lock_irqsave(&pf->lock, flags);
	if (PCI_SLOT(devfn))
		model_write_vf(pf, devfn, where, size, value);
	else
		model_write_pf(pf, devfn, where, size, value);
	raw_spin_unlock_irqrestore(&pf->lock, flags);
	return PCIBIOS_SUCCESSFUL;
}

/* Whether the capability at WANTED is in the list; sets the last that is. */
static bool model_is_listed(struct model_pf *pf, unsigned int wanted)
{
	unsigned int at = PCI_CFG_SPACE_SIZE, left = 480;
	bool listed = false;

	while (at && left--) {
		listed |= at == wanted;
		pf->last = at;
		at = PCI_EXT_CAP_NEXT(model_lower_read(pf, 0, at));
	}
	return listed;
}

static bool model_is_sriov(struct model_pf *pf, unsigned int at)
{
	const u32 header = model_lower_read(pf, 0, at);
	u32 place;

	if (PCI_EXT_CAP_ID(header) != PCI_EXT_CAP_ID_SRIOV || PCI_EXT_CAP_VER(header) != 1)
		return false;
	place = model_lower_read(pf, 0, at + PCI_SRIOV_VF_OFFSET);
	pf->total = model_lower_read(pf, 0, at + PCI_SRIOV_INITIAL_VF) >> 16;
	return place == (PCI_DEVFN(1, 0) << 16 | PCI_DEVFN(1, 0)) && pf->total &&
	       pf->total <= MODEL_VFS_MAX && !model_is_listed(pf, at);
}

/* The first extended capability cannot be it: QEMU hides its ID. */
static bool model_find_sriov(struct model_pf *pf)
{
	unsigned int at;

	for (at = PCI_CFG_SPACE_SIZE + 4; at <= PCI_CFG_SPACE_EXP_SIZE - PCI_EXT_CAP_SRIOV_SIZEOF;
	     at += 4) {
		if (!model_is_sriov(pf, at))
			continue;
		pf->sriov = at;
		return true;
	}
	return false;
}

static u32 model_size(struct model_pf *pf, unsigned int devfn, unsigned int at)
{
	u32 sizing;

	model_lower_write(pf, devfn, at, 4, ~0);
	sizing = model_lower_read(pf, devfn, at);
	model_lower_write(pf, devfn, at, 4, 0);
	return sizing;
}

/* Whether there is a model for VF, with the BARs that its PF says. */
static bool model_vf_fits(struct model_pf *pf, unsigned int vf)
{
	const unsigned int devfn = model_vf_devfn(vf);
	unsigned int i;

	if (model_lower_read(pf, devfn, PCI_CLASS_REVISION) == ~0 ||
	    model_lower_read(pf, devfn, PCI_VENDOR_ID) != ~0) {
		pr_err("VF %u of %s: no model with vf=1 in slot %u\n", vf, dev_name(&pf->bus->dev),
		       vf + 1);
		return false;
	}
	for (i = 0; i < PCI_SRIOV_NUM_BARS; i++) {
		const u32 sizing = model_size(pf, devfn, PCI_BASE_ADDRESS_0 + 4 * i);

		if (sizing == pf->sizing[i])
			continue;
		pr_err("VF %u of %s: BAR %u reads 0x%x when sized, that of the PF 0x%x\n", vf,
		       dev_name(&pf->bus->dev), i, sizing, pf->sizing[i]);
		return false;
	}
	return true;
}

static bool model_vfs_fit(struct model_pf *pf)
{
	unsigned int i;

	for (i = 0; i < PCI_SRIOV_NUM_BARS; i++)
		pf->sizing[i] = model_size(pf, 0, pf->sriov + PCI_SRIOV_BAR + 4 * i);
	for (i = 0; i < pf->total; i++)
		if (!model_vf_fits(pf, i))
			return false;
	return true;
}

/* Enumerate the PF again, as after hot-plug, when config space of its bus looks different. */
static void model_change_ops(struct model_pf *pf, struct pci_ops *ops)
{
	struct pci_dev *pdev = pci_get_slot(pf->bus, 0);

	pci_lock_rescan_remove();
	if (pdev)
		pci_stop_and_remove_bus_device(pdev);
	pci_bus_set_ops(pf->bus, ops);
	pci_scan_slot(pf->bus, 0);
	pci_assign_unassigned_bridge_resources(pf->bus->self);
	pcie_bus_configure_settings(pf->bus);
	pci_bus_add_devices(pf->bus);
	pci_unlock_rescan_remove();
	pci_dev_put(pdev);
}

static void model_pf_free(struct model_pf *pf)
{
	put_device(&pf->bus->dev);
	kfree(pf);
}

/* Note PDEV if it is the PF of models. */
static int model_pf_find(struct pci_dev *pdev)
{
	struct model_pf *pf = kzalloc(sizeof(*pf), GFP_KERNEL);

	if (!pf)
		return -ENOMEM;
	pf->bus = pdev->bus;
	get_device(&pf->bus->dev);
	pf->lower = pf->bus->ops;
	pf->ops = (struct pci_ops){.read = model_read, .write = model_write};
	raw_spin_lock_init(&pf->lock);
	if (!model_find_sriov(pf) || !model_vfs_fit(pf)) {
		model_pf_free(pf);
		return 0;
	}
	list_add_tail(&pf->entry, &model_pfs);
	return 0;
}

static void model_sriov_exit(void)
{
	struct model_pf *pf, *next;

	list_for_each_entry_safe(pf, next, &model_pfs, entry) {
		if (pf->bus->ops == &pf->ops)
			model_change_ops(pf, pf->lower);
		model_pf_free(pf);
	}
}
module_exit(model_sriov_exit);

static int __init model_sriov_init(void)
{
	struct pci_dev *pdev = NULL;
	struct model_pf *pf;
	int ret = 0;

	for_each_pci_dev(pdev) {
		if (!ret && pci_pcie_type(pdev) == PCI_EXP_TYPE_ENDPOINT && pdev->bus->self &&
		    !pdev->devfn)
			ret = model_pf_find(pdev);
	}
	if (ret) {
		model_sriov_exit();
		return ret;
	}
	list_for_each_entry(pf, &model_pfs, entry)
		model_change_ops(pf, &pf->ops);
	return 0;
}
module_init(model_sriov_init);

MODULE_DESCRIPTION("SR-IOV for the device models of the lab");
MODULE_LICENSE("GPL");
