/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel modules. */
#ifndef LAB_MODULE_H
#define LAB_MODULE_H

#include <stdbool.h>

/*
 * Have modprobe load MODULE, with OPTIONS ("" for none) and what it depends on. Blocks.
 * 0 also where it is loaded or built in; -ENOENT where modprobe failed.
 */
int module_load(const char *module, const char *options);

/* Unload it and what only it needed. Blocks. -EBUSY where it could not be. */
int module_unload(const char *module);

/* The same, for cleanup_module, on a variable that holds the name. */
void module_cleanup(const char **module);

#define cleanup_module __attribute__((cleanup(module_cleanup)))

/* Whether it is loaded (false where it is built in). */
bool module_loaded(const char *module);

/* The names of all loaded modules, sorted, with blanks between them; the caller frees it. */
char *modules_loaded(void);

/*
 * The module that modules.alias of the running kernel names for MODALIAS (as
 * sysfs gives it), NULL where there is none. The caller frees it.
 */
char *module_for(const char *modalias);

#endif
