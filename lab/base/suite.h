/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Suites: folders of foreign test programs (docs/suites.md). The runner reads their settings to
 * plan cases, and the agent reads the same files in the guest to run them.
 */
#ifndef LAB_BASE_SUITE_H
#define LAB_BASE_SUITE_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>

/* The folder of the guest that has a folder for each suite. */
#define SUITES_FOLDER "/suites"

/* The DUT of a case whose program needs none. */
#define SUITE_NO_DUT "none"

/* Default time limit of a program in seconds, that of kselftest's runner, and the highest one. */
#define SUITE_TIMEOUT	  45
#define SUITE_TIMEOUT_MAX 3600
#define SUITE_MEMORY_MAX  65536

/* How a program is run. */
struct suite_settings {
	char *promise;	  /* what it checks, in a sentence; NULL: it does not tell */
	char *needs;	  /* of a DUT (lab/base/needs.h); "" for none */
	struct list duts; /* globs; empty: all that meet the needs */
	struct list args;
	unsigned int timeout; /* seconds */
	unsigned int memory;  /* minimum of the guest in MiB; 0: no minimum */
	bool bind;	      /* the DUT is bound to its VFIO driver */
	bool image;	      /* it runs in the cloud image alone */
	bool reboot;	      /* the guest reboots if it exits with 5, and it runs again */
	bool has_dut;	      /* a case for each DUT; otherwise one for each machine */
};

/*
 * Read how PROGRAM of the suite in FOLDER is run: FOLDER/settings, FOLDER/PROGRAM.settings, and
 * the lines "# vfiolab: KEY=VALUE" of PROGRAM, if it is a script. The later ones override the
 * earlier ones, and all may be missing. Returns 0, or -EINVAL with a message in WHY that begins
 * with the file and the line. The caller frees SETTINGS in any case.
 */
int suite_settings_read(const char *folder, const char *program, struct suite_settings *settings,
			struct buf *why);

void suite_settings_free(struct suite_settings *settings);
#define cleanup_suite_settings __attribute__((cleanup(suite_settings_free)))

/* Whether NAME, a file of a suite's folder, is one of settings. */
bool suite_is_settings(const char *name);

#endif
