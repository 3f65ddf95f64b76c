// SPDX-License-Identifier: GPL-2.0-only
#include "runner/bundle/pack.h"

#include "lab/base/cleanup.h"

#include <string.h>

static void add_recorded(struct buf *out, const struct pack *pack)
{
	const struct result *result = &pack->recorded->result;

	buf_printf(out, "Recorded: %s%s%s", verdict_names[result->verdict],
		   result->reason ? ": " : "", result->reason ?: "");
	if (result->where)
		buf_printf(out, " (%s)", result->where);
	if (pack->job->cases.count > 1)
		buf_printf(out, ", after %zu other cases in the same guest (plan)",
			   pack->job->cases.count - 1);
	if (pack->recorded->xfail)
		buf_printf(out, "; a known failure: %s", pack->recorded->xfail);
	buf_puts(out, "\n");
}

static void add_kernel(struct buf *out, const struct pack *pack)
{
	const struct kernel_about *kernel = pack->kernel;

	buf_printf(out,
		   "Kernel: %s, Linux %s, %s; %s. Its source is named in kernel/meta, its "
		   "configuration is kernel/config\n",
		   pack->job->kernel, kernel->version ?: "of unknown version",
		   kernel->compiler ?: "unknown compiler", kernel->make ?: "");
}

static void add_patches(struct buf *out, const struct list *patches)
{
	cleanup_free char *names = list_join(patches, " ");

	if (patches->count)
		buf_printf(out, "Patches of this kernel, in order: %s\n", names);
	else
		buf_puts(out, "Patches of this kernel: none\n");
}

static void add_models(struct buf *out, const struct machine *machine)
{
	cleanup_list struct list models = {0};
	cleanup_free char *names = NULL;

	for (size_t i = 0; i < machine->model_count; i++)
		list_add_once(&models, machine->models[i].model);
	names = list_join(&models, ", ");
	buf_printf(out, "Machine: %s (%s): qemu.args, machine.xml; device models: %s\n",
		   machine->name, machine->about, models.count ? names : "none");
}

/* What was built from folders of the user's. */
static void add_overlays(struct buf *out, const struct pack *pack)
{
	if (pack->settings->extra)
		buf_printf(out,
			   "Overlays (LAB_EXTRA=): %s; what was built of them is in "
			   "initramfs.cpio and device\n",
			   pack->settings->extra);
}

char *pack_readme(const struct pack *pack, const char *qemu, const struct list *patches)
{
	struct buf out = BUF_INIT;

	buf_printf(&out,
		   "%s on %s/%s: one case of vfiolab, the test lab for VFIO PCI (version %s)\n",
		   pack->recorded->name, pack->job->kernel, pack->job->machine,
		   pack->settings->version);
	buf_puts(&out, "Run it: ./run boots a guest, runs the case and compares its verdict; the "
		       "console and the KTAP stream are then in out/\n");
	buf_printf(&out,
		   "Needs: Linux on x86-64, a POSIX shell, QEMU (QEMU= names its program, "
		   "ACCEL=kvm uses KVM). Recorded with: %s, %s\n",
		   qemu, pack->job->accel);
	buf_puts(&out,
		 "Exit status: 0 the recorded verdict, 1 another verdict, 2 the case could not "
		 "run\n");
	buf_printf(&out, "Promise: %s\n", pack->promise);
	add_recorded(&out, pack);
	add_kernel(&out, pack);
	add_patches(&out, patches);
	add_models(&out, pack->machine);
	add_overlays(&out, pack);
	buf_puts(&out, "Files: case.json the recorded result and facts; plan what the guest runs; "
		       "initramfs.cpio the agent and the modules; replay, device programs\n");
	return buf_steal(&out);
}
