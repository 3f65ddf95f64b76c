/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of a case to the runner (docs/protocol.md). Only the agent uses the request port. A case
 * has a socket to the agent, which forwards one request at a time. So a killed case leaves no
 * partial message on the port and no answer that another case would read as its own.
 */
#ifndef SCENARIOS_LIB_HOST_H
#define SCENARIOS_LIB_HOST_H

#include "scenarios/lib/channel.h"
#include "scenarios/lib/dut/dut.h"

/*
 * Send VERB with PAYLOAD and wait for the answer in *ANSWER, which the caller frees; ANSWER may be
 * NULL. Returns 0; -EREMOTEIO with the reason in *ANSWER if the host refused; another -errno if the
 * request could not be sent. Blocks until the host answers. Not for concurrent use.
 */
int request_host(struct dut *dut, const char *verb, const char *payload, char **answer);

/*
 * The same, but returns NULL, or a message if it failed. A refusal is reported as an error of the
 * lab, not as a failure of the kernel.
 */
const char *ask_host(struct dut *dut, const char *verb, const char *payload);

/*
 * The agent's end: read a request from FD, forward it, and send the answer. Returns 0, or -EPIPE
 * once the case has closed its end.
 */
int host_serve(int fd, struct channel *requests);

#endif
