/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the name of a module's PCI driver, for driver_override. */
#ifndef RUNNER_CLI_MATCH_DRIVER_H
#define RUNNER_CLI_MATCH_DRIVER_H

#include <stdbool.h>

/*
 * The name of the PCI driver of MODULE, which may differ from the module's: vfio_pci has the driver
 * vfio-pci. If RUNNING is set, the kernel is that of this host, and sysfs has the driver's name if
 * the module is loaded. Otherwise the module's file is searched: if it contains the name of its
 * file as a string, that is the driver's name. The file is found by the modules.dep beside ALIASES,
 * the path of a modules.alias. Without either, the driver has the module's name, as most do. The
 * caller frees the result. Blocks on files.
 */
char *match_driver(const char *aliases, bool running, const char *module);

#endif
