/* SPDX-License-Identifier: GPL-2.0-only */
/* The domain XML of a guest: common.xml, the machine's XML, and the files of this guest. */
#ifndef RUNNER_GUEST_DOMAIN_H
#define RUNNER_GUEST_DOMAIN_H

#include "lab/base/buf.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"

#include <libxml/tree.h>

struct tracer;

struct domain_files {
	const char *common;  /* path of the file with what all machines share */
	const char *vmlinux; /* PVH ELF */
	const char *initrd;
	/* Of the domain. Unique, as a lost guest may still exist for a moment. */
	const char *name;
	/* Folder of the ports' sockets. Short: the path of a socket has at most 107 bytes. */
	const char *run;
	const char *console;   /* output file of the serial console */
	const char *accel;     /* "kvm" or "tcg" */
	const char *device;    /* the program of the device models */
	unsigned int memory;   /* minimum in MiB; 0: no minimum */
	unsigned int cpus;     /* 0: as many as the machine has */
	const char *cmdline;   /* additional kernel parameters; "" for none */
	const char *gdb;       /* socket of the gdb stub, which starts the guest; NULL: none */
	const char *image;     /* disk that the guest boots from; NULL: only the initramfs */
	const char *user_data; /* for cloud-init in the image; NULL: nothing */
	bool trace;	       /* the device models are traced */
	bool trace_all;	       /* also accesses to memory of BARs */
	/* Gets the traces. NULL although TRACE is set: no model is started. */
	struct tracer *tracer;
};

/*
 * The files of a guest of JOB. RUN is its folder, whose last component is also the name of the
 * domain. The strings stay owned by JOB and the caller. The caller may set TRACER.
 */
struct domain_files domain_files_of(const struct job *job, const char *run);

/* Add the argument VALUE to the QEMU command line. */
void domain_argument(xmlNode *commandline, const char *value);

/*
 * The device of MODEL, in JSON as QEMU expects it. RUN and TRACE are those of the guest's
 * domain_files. The caller frees it.
 */
char *domain_model(const struct machine *machine, const struct machine_model *model,
		   const char *run, bool trace);

/*
 * Write the domain XML of MACHINE with FILES to *XML, which the caller frees. Returns 0, or -errno
 * with a message in WHY.
 */
int domain_xml(const struct machine *machine, const struct domain_files *files, char **xml,
	       struct buf *why);

#endif
