// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/host.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/report.h"

#include "lab/base/cleanup.h"

const char *host_refuses(struct dut *dut, const char *verb, const char *payload)
{
	cleanup_free char *answer = NULL;
	int err = request_host(dut, verb, payload, &answer);

	if (!err)
		return NULL;
	report_error("the host does not %s %s: %s", verb, payload, answer ? answer : error_name(err));
	return text("%s was not done", verb);
}
