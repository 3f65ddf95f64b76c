/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU's arguments for a bundle, from the command line that libvirt would use. */
#ifndef RUNNER_BUNDLE_QEMU_LINE_H
#define RUNNER_BUNDLE_QEMU_LINE_H

#include "lab/base/list.h"

/*
 * The paths that the domain must have for qemu_arguments() to find them: of a job's sockets
 * (job.run), kernel, initramfs and console.
 */
#define QEMU_RUN     "/@RUN@"
#define QEMU_VMLINUX "/@VMLINUX@"
#define QEMU_INITRD  "/@INITRD@"
#define QEMU_CONSOLE "/@CONSOLE@"

/* Add the words of LINE, quoted as for a shell, to WORDS. */
void shell_words(const char *line, struct list *words);

/*
 * Add the arguments of QEMU in LINE, libvirt's command line, to ARGUMENTS, as a replay can use them
 * without libvirt on any version of QEMU: paths relative to the bundle, the placeholders of
 * runner/bundle/bundle.h, and nothing that only libvirt needs.
 */
void qemu_arguments(const char *line, struct list *arguments);

/* Add the names of the devices in ARGUMENTS to DEVICES, each once. */
void qemu_devices(const struct list *arguments, struct list *devices);

#endif
