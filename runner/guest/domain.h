/* SPDX-License-Identifier: GPL-2.0-only */
/* The domain XML of one guest: a machine, what all machines have, and this guest's own files. */
#ifndef RUNNER_GUEST_DOMAIN_H
#define RUNNER_GUEST_DOMAIN_H

#include "lab/base/buf.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"

struct domain_files {
	const char *machines; /* folder of the machines' XML, common.xml among them */
	const char *vmlinux;  /* PVH ELF */
	const char *initrd;
	/* Of the domain: each guest's own, since a lost one may take a moment to go. */
	const char *name;
	/* Folder of the channel sockets; short: a socket's name has at most 107 bytes. */
	const char *run;
	const char *console; /* file that takes the serial console */
	const char *accel;   /* "kvm" or "tcg" */
	const char *device;  /* the program of the device models */
	unsigned int memory; /* MiB that the kernel wants at least, or 0 */
	const char *cmdline; /* what the kernel's command line has besides */
};

/* The files that JOB names, which keeps them; RUN is also the guest's name. */
struct domain_files domain_files_of(const struct job *job, const char *run);

/* The XML, in *XML, which the caller frees. 0, or -errno and one line in WHY. */
int domain_xml(const struct machine *machine, const struct domain_files *files, char **xml,
	       struct buf *why);

#endif
