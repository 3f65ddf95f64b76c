// SPDX-License-Identifier: GPL-2.0-only
/* Makes a folder with the machine of a dump, for settings. */
#include "runner/plan/lspci-machine.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Copies beside the machine's file. */
#define DUMP   "dump"
#define REPLAY "replay"

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

/* The text of a dump, which may come from a pipe. */
struct dump_text {
	char *data;
	size_t len;
};

static void free_text(struct dump_text *dump)
{
	free(dump->data);
}
#define cleanup_text __attribute__((cleanup(free_text)))

static int write_file(const char *folder, const char *name, const char *data, size_t len,
		      struct buf *why)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	int err = file_write(path, data, len);

	if (err)
		buf_printf(why, "%s: %s", path, strerror(-err));
	return err;
}

static int write_folder(struct settings *settings, const char *file, const struct dump_text *dump,
			const char *replay, const struct buf *xml, struct buf *why)
{
	const uint64_t of_files =
		hash_of(replay ?: "", strlen(replay ?: ""), hash_of(file, strlen(file), 1));
	const uint64_t hash = hash_of(xml->data, xml->len, of_files);
	cleanup_free char *folder =
		text("%s/lspci/%016llx", settings->out, (unsigned long long)hash);
	cleanup_free char *path = text("%s/" LSPCI_MACHINE ".xml", folder);
	int err = make_folders(folder);

	if (err)
		buf_printf(why, "%s: %s", folder, strerror(-err));
	if (!err)
		err = write_file(folder, DUMP, dump->data, dump->len, why);
	if (!err && replay)
		err = copy(replay, folder, REPLAY, why);
	if (!err)
		err = write_file(folder, LSPCI_MACHINE ".xml", xml->data, xml->len, why);
	list_free(&settings->machines);
	list_add(&settings->machines, path);
	return err;
}

static void note_lost(const struct replay_log *log, const char *path, struct buf *notes)
{
	if (log->lost_line)
		buf_printf(notes,
			   "replay  %s:%u: the kernel lost events there: make its buffer larger "
			   "(docs/replay.md)\n",
			   path, log->lost_line);
}

/* Where the addresses of DUMP begin, with their "@"; at its end if it has none. */
static const char *addresses_of(const char *dump)
{
	const char *at = access(dump, R_OK) ? strrchr(dump, '@') : NULL;

	return at ?: dump + strlen(dump);
}

char *lspci_machine_choice(const char *dump)
{
	const char *at = addresses_of(dump);
	cleanup_free char *file = text("%.*s", (int)(at - dump), dump);
	char path[PATH_MAX];

	return text("%s%s", realpath(file, path) ?: file, at);
}

/* Read FILE, and parse it to PARSED. */
static int read_dump(const char *file, struct dump_text *dump, struct lspci_dump *parsed,
		     struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	int err = file_read(file, &dump->data, &dump->len);

	if (err)
		buf_printf(&reason, "%s: name a file with the output of lspci -vvvxxxx",
			   strerror(-err));
	else
		err = lspci_parse(dump->data, dump->len, parsed, &reason);
	if (err)
		buf_printf(why, "%s: %s", file, reason.data);
	return err;
}

int lspci_machine_use(struct settings *settings, const char *dump, const char *replay,
		      struct buf *notes, struct buf *why)
{
	cleanup_lspci struct lspci_dump parsed = {0};
	cleanup_lspci_ids struct lspci_ids ids = {0};
	cleanup_replay_log struct replay_log log = {0};
	cleanup_text struct dump_text read = {0};
	cleanup_buf struct buf xml = BUF_INIT, reason = BUF_INIT;
	const char *at = addresses_of(dump);
	cleanup_free char *file = text("%.*s", (int)(at - dump), dump);
	const struct lspci_request request = {
		.dump = &parsed,
		.ids = &ids,
		.file = DUMP,
		.only = *at ? at + 1 : NULL,
		.replay = replay ? &log : NULL,
		.replay_path = replay,
		.replay_file = REPLAY,
	};
	int err = read_dump(file, &read, &parsed, why);

	if (!err && replay)
		err = replay_read(replay, &log, why);
	if (err)
		return err;
	lspci_ids_read(LSPCI_IDS_PATH, &ids);
	err = lspci_machine_xml(&request, &xml, notes, &reason);
	note_lost(&log, replay, notes);
	if (err)
		buf_printf(why, "%s%s%s", err == -ESRCH ? "" : file, err == -ESRCH ? "" : ": ",
			   reason.data);
	return err ?: write_folder(settings, file, &read, replay, &xml, why);
}
