/* SPDX-License-Identifier: GPL-2.0-only */
/* The name of a module's PCI driver, as driver_override wants it. */
#ifndef RUNNER_CLI_MATCH_DRIVER_H
#define RUNNER_CLI_MATCH_DRIVER_H

#include <stdbool.h>

/*
 * The name of the PCI driver of MODULE, which may differ from the module's: vfio-pci is the driver
 * of vfio_pci.
 * RUNNING: the kernel is this host's, so a module that is loaded tells. Otherwise the module's file
 * tells, which is found by the modules.dep beside ALIASES, the path of a modules.alias: if it has
 * the file's name as a string of its own, with dashes, that is the driver's. The module's name is
 * returned if nothing tells otherwise, as most drivers have that. The caller frees it. Blocks on
 * files.
 */
char *match_driver(const char *aliases, bool running, const char *module);

#endif
