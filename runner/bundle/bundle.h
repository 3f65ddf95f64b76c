/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bundle: one case with everything that it takes to run it again elsewhere (docs/repro.md).
 * vfiolab repro writes it (pack.h), and the program replay of the bundle (runner/replay) reads it.
 */
#ifndef RUNNER_BUNDLE_BUNDLE_H
#define RUNNER_BUNDLE_BUNDLE_H

#include "reports/model/record.h"
#include "runner/plan/job.h"

/* Files of a bundle, relative to its folder. */
#define BUNDLE_CASE    "case.json" /* struct bundle */
#define BUNDLE_PLAN    "plan"	   /* what the agent is sent */
#define BUNDLE_QEMU    "qemu.args" /* the arguments of QEMU, one a line */
#define BUNDLE_VMLINUX "kernel/vmlinux"
#define BUNDLE_INITRD  "initramfs.cpio"
#define BUNDLE_DEVICE  "device" /* the program of the device models */
#define BUNDLE_ACPI    "properties.aml"
#define BUNDLE_OUT     "out" /* what a replay writes */

/* In the arguments of QEMU: the folder of the sockets, the console's file, the accelerator. */
#define BUNDLE_RUN     "@RUN@"
#define BUNDLE_CONSOLE "@CONSOLE@"
#define BUNDLE_ACCEL   "@ACCEL@"

/* The file descriptor on which QEMU finds its monitor. */
#define BUNDLE_MONITOR_FD 3

struct bundle_model {
	char *name; /* of its DUT */
	char *model;
	char *params; /* the path of a file is relative to the bundle */
	char *fault;  /* NULL: none */
};

struct bundle {
	char *lab;     /* version of the lab that wrote it */
	char *promise; /* of the scenario */
	/* The cases that precede the case in its guest, and the case itself as the last. */
	struct job job;
	struct {
		struct bundle_model *items;
		size_t count;
	} models;
	struct record recorded; /* the result of the case when the bundle was written */
};

extern const struct json_table bundle_type;

/*
 * Read the bundle in FOLDER. Returns 0, or -errno with a message in WHY. The caller frees BUNDLE
 * with bundle_free() in any case.
 */
int bundle_read(const char *folder, struct bundle *bundle, struct buf *why);

/* Add the arguments of QEMU of the bundle in FOLDER to ARGUMENTS. Returns 0 or -errno. */
int bundle_arguments(const char *folder, struct list *arguments);

void bundle_free(struct bundle *bundle);
#define cleanup_bundle __attribute__((cleanup(bundle_free)))

#endif
