// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/host-memory.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdlib.h>
#include <string.h>

unsigned long host_memory_available(void)
{
	static const char key[] = "\nMemAvailable:";
	cleanup_free char *about = NULL;
	const char *line;

	if (file_read("/proc/meminfo", &about, NULL))
		return 0;
	line = strstr(about, key);
	return line ? strtoul(line + strlen(key), NULL, 10) / 1024 : 0;
}
