/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes bundles (runner/bundle/bundle.h). */
#ifndef RUNNER_BUNDLE_PACK_H
#define RUNNER_BUNDLE_PACK_H

#include "reports/model/record.h"
#include "reports/model/results.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"
#include "runner/plan/settings.h"

/* What goes into a bundle. The caller owns all of it. */
struct pack {
	const struct settings *settings;
	const struct machine *machine;
	const struct job *job;		   /* the case, after those that precede it */
	const struct record *recorded;	   /* the result of the case */
	const struct kernel_about *kernel; /* of the case */
	const char *promise;		   /* of its scenario */
	const char *xml;		   /* the domain */
	const struct list *arguments;	   /* QEMU's (qemu_arguments()) */
};

/* The version of the lab's QEMU, "QEMU emulator version 11.1.0 (...)". The caller frees it. */
char *qemu_version(void);

/*
 * Set the paths of JOB as the domain of a bundle needs them (runner/bundle/qemu-line.h). JOB can
 * then be described, but not run.
 */
void pack_place(struct job *job);

/*
 * Write the bundle PACK below O=/repro, completely or not at all, and store its path in *PATH,
 * which the caller frees. Blocks for seconds. Returns 0, or -errno, with a message in WHY unless it
 * was printed already.
 */
int pack_write(const struct pack *pack, char **path, struct buf *why);

/* The text of the file README of the bundle. The caller frees it. */
char *pack_readme(const struct pack *pack, const char *qemu, const struct list *patches);

#endif
