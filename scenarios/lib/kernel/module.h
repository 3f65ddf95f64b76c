/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel modules. */
#ifndef SCENARIOS_LIB_KERNEL_MODULE_H
#define SCENARIOS_LIB_KERNEL_MODULE_H

#include "lab/base/list.h"

#include "lab/base/alias.h"

#include <stdbool.h>

/*
 * Have modprobe load MODULE, with OPTIONS ("" for none) and what it depends on. Blocks.
 * 0 also where it is loaded or built in; -ENOENT where modprobe failed.
 */
int module_load(const char *module, const char *options);

/*
 * Unload it and what only it needed. Blocks. 0 also where it is not loaded; -EBUSY where it stays.
 */
int module_unload(const char *module);

/* The same, for cleanup_module, on a variable that holds the name, or NULL. */
void module_cleanup(const char **module);

#define cleanup_module __attribute__((cleanup(module_cleanup)))

/*
 * Ask the kernel itself to unload MODULE, named as it names it ("vfio_pci"), and nothing else. 0,
 * or -errno:
 * -EWOULDBLOCK while it is in use. Does not wait for that to end.
 */
int module_remove(const char *module);

/*
 * How many references there are to the loaded MODULE, those of other modules included; -ENOENT
 * where it is not loaded.
 */
int module_references(const char *module);

/* Set a PARAMETER of the loaded MODULE. 0 or -errno. */
int module_set(const char *module, const char *parameter, const char *value);

/*
 * Load vfio-pci again as the agent does, without options: for cleanup_vfio_pci, on a variable of
 * any value. Devices lose their driver by that; none may be open.
 */
void module_reload_vfio_pci(const char **unused);

#define cleanup_vfio_pci __attribute__((cleanup(module_reload_vfio_pci)))

/* Whether it is loaded (false where it is built in). */
bool module_loaded(const char *module);

/* The names of all loaded modules, sorted, with blanks between them; the caller frees it. */
char *modules_loaded(void);

/*
 * Unload what is loaded now and was not in BEFORE, which modules_loaded() returned, and free that.
 * Blocks.
 */
void modules_unload_newcomers(char **before);

#define cleanup_newcomers __attribute__((cleanup(modules_unload_newcomers)))

/*
 * The loaded modules that use MODULE, and those that it uses: names with blanks between them,
 * sorted; the caller frees it.
 */
char *module_users(const char *module);
char *module_needs(const char *module);

/*
 * The parameters that the file of MODULE declares, also those that sysfs does not show, as
 * "NAME:TYPE", sorted as they are declared. Nothing where the module is built in.
 */
void module_parameters(const char *module, struct list *parameters);

/*
 * Whether MODULE is none of the kernel's own, but one that the lab has built for it
 * (kernel/modules).
 */
bool module_is_extra(const char *module);

/*
 * The content of the file NAME that belongs to the modules of the running kernel, NULL where there
 * is none. The caller frees it.
 */
char *modules_file(const char *name);

/*
 * The entries of the running kernel's modules.alias that match MODALIAS (lab/base/alias.h). 0 or
 * -errno.
 */
int module_aliases(const char *modalias, struct alias_matches *matches);

/*
 * The first module that it has for MODALIAS (as sysfs gives it); NULL where there is none. The
 * caller frees it.
 */
char *module_for(const char *modalias);

/*
 * The module that is best for VFIO with a device of that MODALIAS: of the entries that match it
 * with "vfio_" before it, the one that alias_best() finds. NULL where there is none, as before the
 * kernel had such entries. The caller frees it.
 */
char *module_for_vfio(const char *modalias);

#endif
