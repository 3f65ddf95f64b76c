/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a DUT has, as words that needs (lab/base/needs.h) are matched against.
 *
 *	first			it is the first of its machine, and stands for the guest as a whole
 *	driver=NAME		the lab's DUT driver for it; driver=generic can do nothing
 *	trigger=KIND		the DUT driver can raise interrupts of this kind: intx, msi, msix
 *	dma			... can have the device copy memory, and there is an IOMMU to map it with
 *	scratch			... knows a part of a BAR that keeps what is written
 *	mark			... can bring about a state that only a reset undoes
 *	native=MODULE		the kernel has a driver of its own for it, as a module; never a VF's, which
 *				works only with that of its PF
 *	alias=MODULE		modules.alias has this module for the device's use with VFIO ("vfio_pci:" entries)
 *	cpu:N			the guest has N processors
 *	iommu			it is behind an IOMMU
 *	group:N			endpoints in its IOMMU group, itself included
 *	intremap		the IOMMU remaps interrupts, without which VFIO takes no group
 *	sibling=native		another of them has a kernel driver of its own
 *	vga			it is a VGA card
 *	pcie			it is a PCI Express function
 *	cap=NAME		it has this capability of conventional PCI: af, vpd
 *	pm			it has a PCI power management capability
 *	reset_choice		the kernel lets one choose the method of a reset (Linux 5.15 and later)
 *	hot:N			functions that a hot reset of it reaches, itself included
 *	hotplug			its slot is a hot-plug slot, and it is alone there
 *	denylisted		vfio-pci refuses devices with its IDs
 *	failslab		the kernel can let allocations fail (flavour debug)
 *	vf			it is a virtual function
 *	pf=sriov:N		it can have N virtual functions
 *	variant=DRIVER		it is this kernel driver that serves it to VFIO, not vfio-pci
 *	model=NAME		it is this device model of the lab's. Its interrupts reach QEMU by an eventfd: INTx can
 *				come once more after it was acknowledged, and messages in quick succession can merge
 *	for=PURPOSE		the machine has it for this purpose, and it gets no scenario without this need
 * and, of what VFIO says of it once it is open:
 *	irq=KIND:N		interrupts: intx, msi, msix, err, req
 *	bar=mmap:N		BARs that can be mapped
 *	bar=mem:N bar=io:N	BARs of each kind
 *	bar=large		one of 1 GiB or more
 *	bar=small		one in memory that is smaller than a page
 *	reset			VFIO_DEVICE_RESET is offered
 *	reset=METHOD		... and the device has this: flr, pm, bus
 */
#ifndef SCENARIOS_LIB_DUT_PROPERTIES_H
#define SCENARIOS_LIB_DUT_PROPERTIES_H

#include "scenarios/lib/dut/dut.h"

/* The properties that can be had without opening the device; the caller frees them. */
char *properties_fixed(const char *address);

/* Those that only VFIO tells, of an open DUT; the caller frees them. */
char *properties_probed(struct dut *dut);

/* Whether NEEDS ask for anything that only VFIO tells. */
bool properties_need_probing(const char *needs);

/* The methods by which the device can be reset, in the kernel's order: "flr pm bus", "" for none. The caller
 * frees it. */
char *reset_methods(const char *address);

#endif
