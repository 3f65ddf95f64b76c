// SPDX-License-Identifier: GPL-2.0-only
/*
 * kconfig-check CONFIG SOURCE FRAGMENT...: check that CONFIG, the .config of the kernel SOURCE, has
 * every option with the value that the fragments request. kbuild silently drops options whose
 * dependencies are not met. Prints a line with the reason for each such option, and exits with
 * status 2.
 */
#include "kernel/tools/lib/kconfig.h"

#include "lab/base/cleanup.h"

#include <string.h>

static int fail(const char *path, int err)
{
	fprintf(stderr, "vfiolab: cannot read %s: %s\n", path, strerror(-err));
	return 2;
}

int main(int argc, char **argv)
{
	cleanup_kvalues struct kvalues asked = KVALUES_INIT;
	cleanup_kvalues struct kvalues got = KVALUES_INIT;
	cleanup_ktree struct ktree tree = KTREE_INIT;
	cleanup_list struct list report = {};
	int err;

	if (argc < 4) {
		fputs("usage: kconfig-check CONFIG SOURCE FRAGMENT...\n", stderr);
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		err = kvalues_add(argv[i], &asked);
		if (err)
			return fail(argv[i], err);
	}
	err = kvalues_add(argv[1], &got);
	if (err)
		return fail(argv[1], err);
	err = ktree_read(argv[2], &tree);
	if (err)
		return fail(argv[2], err);
	kvalues_sort(&got);
	if (!kconfig_check(&asked, &got, &tree, &report))
		return 0;
	for (size_t i = 0; i < report.count; i++)
		fprintf(stderr, "vfiolab: %s\n", report.items[i]);
	return 2;
}
