// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report.h"

#include "lab/base/cleanup.h"

#include <string.h>

const struct writer writers[] = {
	{"JUnit", "junit.xml", junit_write},
	{"KCIDB", "kcidb.json", kcidb_write},
	{"SQUAD", "squad.json", squad_write},
	{"SQUAD metrics", "squad-metrics.json", squad_metrics_write},
	{"SQUAD metadata", "squad-metadata.json", squad_metadata_write},
	{"markdown", "summary.md", markdown_write},
	{"GitHub annotations", "annotations.txt", annotations_write},
	{"HTML", "index.html", html_write},
};

const size_t writer_count = ARRAY_SIZE(writers);

int reports_write(const struct report *report, struct buf *why)
{
	int first = 0;

	for (size_t i = 0; i < writer_count; i++) {
		cleanup_free char *path = text("%s/%s", report->folder, writers[i].file);
		int err = writers[i].write(report, path);

		if (!err || first)
			continue;
		first = err;
		buf_printf(why, "cannot write the %s report %s: %s: make room there, or set O=",
			   writers[i].name, path, strerror(-err));
	}
	return first;
}
