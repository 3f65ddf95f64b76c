// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/model-fault.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/host.h"
#include "scenarios/lib/report.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <stdarg.h>
#include <string.h>

/* A DUT and its model have the same name. */
static const char *send_command(struct dut *dut, const char *command, char **reply)
{
	cleanup_free char *request = text("%s %s", dut->name, command);
	cleanup_free char *answer = NULL;
	const int err = request_host(dut, "model", request, &answer);

	if (err) {
		report_error("the model of %s does not %s: %s", dut->name, command,
			     answer ? answer : error_name(err));
		return text("'%s' was not carried out", command);
	}
	if (reply)
		*reply = steal(answer);
	return NULL;
}

const char *fault_arm(struct dut *dut, const char *format, ...)
{
	cleanup_buf struct buf command = BUF_INIT;
	va_list args;

	buf_puts(&command, "arm ");
	va_start(args, format);
	buf_vprintf(&command, format, args);
	va_end(args);
	return send_command(dut, command.data, NULL);
}

const char *fault_repair(struct dut *dut)
{
	return send_command(dut, "disarm", NULL);
}

void fault_cleanup(struct dut **dut)
{
	fault_repair(*dut);
}

/* Parse "NAME fired=N result=N; NAME ...". */
static const char *parse(const char *answer, const char *name, struct fault_state *state)
{
	const char *at = strstr(answer, name);

	if (at &&
	    sscanf(at + strlen(name), " fired=%lu result=%ld", &state->fired, &state->result) == 2)
		return NULL;
	return text("%s is not armed: '%s'", name, answer);
}

const char *fault_ask(struct dut *dut, const char *name, struct fault_state *state)
{
	cleanup_free char *answer = NULL;
	const char *why = send_command(dut, "faults", &answer);

	return why ? why : parse(answer, name, state);
}

const char *fault_await(struct dut *dut, const char *name, struct fault_state *state)
{
	const int64_t until = now_ms() + dut->wait_ms;
	const char *why;

	do {
		why = fault_ask(dut, name, state);
		if (why || state->fired)
			return why;
	} while (now_ms() < until);
	return text("%s did not trigger within %u ms", name, dut->wait_ms);
}
