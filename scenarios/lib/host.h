/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of a case to the runner (docs/protocol.md). The agent alone talks on the request port: a
 * case has a socket to the agent, which passes one request after the other on, so a case that is
 * killed leaves no half a message there and no answer that another case would take for its own.
 */
#ifndef SCENARIOS_LIB_HOST_H
#define SCENARIOS_LIB_HOST_H

#include "scenarios/lib/channel.h"
#include "scenarios/lib/dut/dut.h"

/*
 * Send VERB with PAYLOAD and wait for the answer, which the caller frees, in *ANSWER (NULL: it is
 * not wanted). 0; -EREMOTEIO where the host refused, *ANSWER says why; another -errno where it
 * could not be asked. Blocks as long as the host takes. One process at a time.
 */
int request_host(struct dut *dut, const char *verb, const char *payload, char **answer);

/*
 * The same for a message: NULL where the host did as it was asked. A refusal is the lab's failure,
 * not the kernel's.
 */
const char *ask_host(struct dut *dut, const char *verb, const char *payload);

/*
 * The agent's end: take a request from FD, pass it on, answer. 0, -EPIPE once the case has closed
 * its end.
 */
int host_serve(int fd, struct channel *requests);

#endif
