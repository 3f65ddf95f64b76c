// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/domain-image.h"

#include "lab/base/cleanup.h"

/* In the values of QEMU's options, a comma is doubled. */
static char *escaped(const char *path)
{
	struct buf value = BUF_INIT;

	for (; *path; path++)
		buf_printf(&value, *path == ',' ? ",," : "%c", *path);
	return buf_steal(&value);
}

/* QEMU puts temporary overlays into TMPDIR, and unlinks them once they are open. */
static void add_overlay_folder(xmlNode *commandline, const char *folder)
{
	xmlNode *env = xmlNewChild(commandline, commandline->ns, BAD_CAST "env", NULL);

	xmlSetProp(env, BAD_CAST "name", BAD_CAST "TMPDIR");
	xmlSetProp(env, BAD_CAST "value", BAD_CAST folder);
}

/*
 * If the host has no space left for the overlay, QEMU stops the guest, whose programs could only
 * fail in obscure ways. The seed is a FAT file system that QEMU makes of a folder.
 */
void domain_add_image(xmlNode *commandline, const struct domain_files *files)
{
	cleanup_free char *path = escaped(files->image), *run = escaped(files->run);
	cleanup_free char *disk = text("file=%s,if=none,id=image,format=raw,snapshot=on,"
				       "cache=unsafe,discard=unmap",
				       path);
	cleanup_free char *seed =
		text("driver=vvfat,node-name=seed,dir=%s/seed,label=cidata,read-only=on", run);

	add_overlay_folder(commandline, files->run);
	domain_argument(commandline, "-drive");
	domain_argument(commandline, disk);
	domain_argument(commandline, "-device");
	domain_argument(commandline, "virtio-blk-pci,drive=image,serial=vfiolab-image,bus=pcie.0,"
				     "addr=0x1d,werror=enospc,rerror=report");
	domain_argument(commandline, "-blockdev");
	domain_argument(commandline, seed);
	domain_argument(commandline, "-device");
	domain_argument(commandline, "virtio-blk-pci,drive=seed,serial=vfiolab-seed,bus=pcie.0,"
				     "addr=0x1c");
}
