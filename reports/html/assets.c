// SPDX-License-Identifier: GPL-2.0-only
/* The files that all pages use. They are embedded in the program, which so needs no source tree. */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/html/site.h"

/* build.mk lists the two files as prerequisites of this object. */
#define ASSET(name, path)                                                                          \
	__asm__(".section .rodata\n" #name "_start:\n.incbin \"" path "\"\n" #name                 \
		"_end:\n.byte 0\n.previous\n");                                                    \
	extern const char name##_start[], name##_end[]

ASSET(asset_style, "reports/html/style.css");
ASSET(asset_script, "reports/html/page.js");

static int write_asset(const struct site *site, const char *name, const char *start,
		       const char *end)
{
	cleanup_free char *path = text("%s/%s", site->folder, name);

	return file_write(path, start, (size_t)(end - start));
}

int assets_write(const struct site *site)
{
	int err = write_asset(site, "style.css", asset_style_start, asset_style_end);

	return err ?: write_asset(site, "page.js", asset_script_start, asset_script_end);
}
