// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/kernel-about.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/hash.h"
#include "runner/plan/kernel-meta.h"

#include <inttypes.h>
#include <string.h>

static char *read_config(const char *folder)
{
	cleanup_free char *path = text("%s/config", folder);
	cleanup_free char *config = NULL;
	size_t len;

	if (file_read(path, &config, &len))
		return NULL;
	return text("%016" PRIx64, hash_bytes(HASH_INIT, config, len));
}

char *kernel_choice(const struct settings *settings, const char *name)
{
	cleanup_free char *path = text("%s/kernels/%s.make", settings->out, name);
	cleanup_free char *make = file_first_line(path) ?: text("KERNELS=%s", name);
	const char *extra = settings->extra, *suites = settings->suites;

	return text("%s%s%s%s%s%s%s", extra ? "LAB_EXTRA=" : "", extra ?: "", extra ? " " : "",
		    suites ? "SUITES=" : "", suites ?: "", suites ? " " : "", make);
}

struct kernel_about kernel_about(const struct settings *settings, const char *name)
{
	cleanup_free char *folder = text("%s/kernels/%s", settings->out, name);
	cleanup_free char *release = text("%s/release", folder);

	return (struct kernel_about){
		.name = text("%s", name),
		.make = kernel_choice(settings, name),
		.key = kernel_key(folder),
		.version = file_first_line(release),
		.compiler = kernel_meta(folder, "compiler"),
		.config = read_config(folder),
	};
}
