// SPDX-License-Identifier: GPL-2.0-only
/* Makes a folder with the machine of a dump, for settings. */
#include "runner/plan/lspci-machine.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

#define DUMP "dump" /* the copy of the dump, beside the machine's file */

/* FNV-1a: folders of different dumps have different names. */
static uint64_t hash_of(const char *data, size_t len, uint64_t hash)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)data[i]) * 0x100000001b3ull;
	return hash;
}

static int copy(const char *from, const char *folder, const char *name, struct buf *why)
{
	cleanup_free char *to = text("%s/%s", folder, name);
	cleanup_free char *data = NULL;
	size_t len;
	int err = file_read(from, &data, &len);

	if (!err)
		err = file_write(to, data, len);
	if (err)
		buf_printf(why, "cannot copy %s to %s: %s", from, to, strerror(-err));
	return err;
}

static int write_folder(struct settings *settings, const char *file, const struct buf *xml,
			struct buf *why)
{
	const uint64_t hash = hash_of(xml->data, xml->len, hash_of(file, strlen(file), 1));
	cleanup_free char *folder =
		text("%s/lspci/%016llx", settings->out, (unsigned long long)hash);
	cleanup_free char *path = text("%s/" LSPCI_MACHINE ".xml", folder);
	int err = make_folders(folder);

	if (err)
		buf_printf(why, "%s: %s", folder, strerror(-err));
	if (!err)
		err = copy(file, folder, DUMP, why);
	if (!err) {
		err = file_write(path, xml->data, xml->len);
		if (err)
			buf_printf(why, "%s: %s", path, strerror(-err));
	}
	list_free(&settings->machines);
	list_add(&settings->machines, path);
	return err;
}

int lspci_machine_use(struct settings *settings, const char *dump, struct buf *notes,
		      struct buf *why)
{
	cleanup_lspci struct lspci_dump parsed = {0};
	cleanup_lspci_ids struct lspci_ids ids = {0};
	cleanup_buf struct buf xml = BUF_INIT, reason = BUF_INIT;
	const char *at = access(dump, R_OK) ? strrchr(dump, '@') : NULL;
	cleanup_free char *file = text("%.*s", (int)(at ? at - dump : (long)strlen(dump)), dump);
	int err = lspci_read(file, &parsed, why);

	if (err)
		return err;
	lspci_ids_read(LSPCI_IDS_PATH, &ids);
	err = lspci_machine_xml(&parsed, &ids, DUMP, at ? at + 1 : NULL, &xml, notes, &reason);
	if (err)
		buf_printf(why, "%s: %s", file, reason.data);
	return err ?: write_folder(settings, file, &xml, why);
}
