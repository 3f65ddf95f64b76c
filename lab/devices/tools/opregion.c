// SPDX-License-Identifier: GPL-2.0-only
/* opregion: writes an IGD OpRegion, which QEMU's loader puts into a guest's memory. */
#include "lab/devices/lib/opregion.h"
#include "lab/devices/lib/param.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>

struct opregion_params {
	uint64_t kind, address;
};

static const struct param params[] = {
	PARAM_CHOICE(struct opregion_params, kind, opregion_kinds,
		     "version, place of the VBT, or defect"),
	PARAM_NUMBER(struct opregion_params, address, 0x1f000000, UINT64_MAX,
		     "address in the guest's memory"),
	PARAM_END,
};

static int help(void)
{
	cleanup_buf struct buf text = BUF_INIT;

	params_describe(params, &text);
	printf("usage: opregion [NAME=VALUE]... >FILE\n%s", text.data);
	return 0;
}

int main(int argc, char **argv)
{
	cleanup_buf struct buf why = BUF_INIT;
	struct opregion_params given;
	uint8_t data[OPREGION_MAX];
	size_t len;

	params_init(params, &given);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help"))
			return help();
		if (!params_take(params, &given, argv[i], &why))
			continue;
		fprintf(stderr, "opregion: %s\n",
			why.data ? why.data : "expected kind= and address=: see --help");
		return 2;
	}
	len = opregion_make((enum opregion_kind)given.kind, given.address, data);
	if (!write_all(STDOUT_FILENO, data, len))
		return 0;
	fprintf(stderr, "opregion: cannot write: is the disk full?\n");
	return 2;
}
