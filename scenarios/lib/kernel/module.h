/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel modules. */
#ifndef SCENARIOS_LIB_KERNEL_MODULE_H
#define SCENARIOS_LIB_KERNEL_MODULE_H

#include "lab/base/list.h"

#include "lab/base/alias.h"

#include <stdbool.h>

/*
 * Have modprobe load MODULE, with OPTIONS ("" for none), and its dependencies. Blocks. Returns 0,
 * also if it is already loaded or built in, or -ENOENT if modprobe failed.
 */
int module_load(const char *module, const char *options);

/*
 * Unload it and its unused dependencies. Blocks. Returns 0, also if it is not loaded, or -EBUSY if
 * it is still loaded.
 */
int module_unload(const char *module);

/* The same, for cleanup_module, on a variable that holds the name or NULL. */
void module_cleanup(const char **module);

#define cleanup_module __attribute__((cleanup(module_cleanup)))

/*
 * Ask the kernel to unload only MODULE, named as the kernel names it ("vfio_pci"). Returns 0 or
 * -errno: -EWOULDBLOCK while it is in use. Does not wait for that to end.
 */
int module_remove(const char *module);

/*
 * Returns the reference count of the loaded MODULE, including references by other modules, or
 * -ENOENT if it is not loaded.
 */
int module_references(const char *module);

/* Set a PARAMETER of the loaded MODULE. Returns 0 or -errno. */
int module_set(const char *module, const char *parameter, const char *value);

/*
 * Reload vfio-pci as the agent loads it, without options: for cleanup_vfio_pci, on a variable of
 * any value. This unbinds its devices; none may be open.
 */
void module_reload_vfio_pci(const char **unused);

#define cleanup_vfio_pci __attribute__((cleanup(module_reload_vfio_pci)))

/* Returns true if it is loaded, false if it is built in. */
bool module_loaded(const char *module);

/* Returns the sorted names of all loaded modules, separated by blanks; the caller frees it. */
char *modules_loaded(void);

/*
 * Unload the modules that are not in BEFORE, a result of modules_loaded(), which is freed. Blocks.
 */
void modules_unload_newcomers(char **before);

#define cleanup_newcomers __attribute__((cleanup(modules_unload_newcomers)))

/*
 * Returns the loaded modules that use MODULE, or those that it uses: sorted names, separated by
 * blanks. The caller frees it.
 */
char *module_users(const char *module);
char *module_needs(const char *module);

/*
 * Returns the parameters that the file of MODULE declares, including those that sysfs does not
 * show, as sorted "NAME:TYPE" words. Empty if the module is built in.
 */
void module_parameters(const char *module, struct list *parameters);

/*
 * Returns true if MODULE was built by the lab for the kernel (kernel/modules), false if it is one
 * of the kernel's own.
 */
bool module_is_extra(const char *module);

/*
 * Returns the content of the file NAME among the module files of the running kernel, or NULL if
 * there is none. The caller frees it.
 */
char *modules_file(const char *name);

/*
 * Get the entries of the running kernel's modules.alias that match MODALIAS (lab/base/alias.h).
 * Returns 0 or -errno.
 */
int module_aliases(const char *modalias, struct alias_matches *matches);

/*
 * Returns the first module that matches MODALIAS (in sysfs's form), or NULL. The caller frees it.
 */
char *module_for(const char *modalias);

/*
 * Returns the best module for use of a device with that MODALIAS with VFIO: the one that
 * alias_best() selects from the entries that match it prefixed with "vfio_". Returns NULL if there
 * is none, as on kernels without such entries. The caller frees it.
 */
char *module_for_vfio(const char *modalias);

#endif
