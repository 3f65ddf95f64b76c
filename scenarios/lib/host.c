// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/host.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/report.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The largest request or answer. Each is one packet: a word, a blank, text. */
#define PACKET_MAX 4096

static int receive(int fd, char packet[PACKET_MAX])
{
	ssize_t got = recv(fd, packet, PACKET_MAX - 1, 0);

	if (got <= 0)
		return got ? -errno : -EPIPE;
	packet[got] = '\0';
	return 0;
}

static int send_text(int fd, const char *word, const char *data)
{
	cleanup_free char *packet = text("%s %.*s", word, PACKET_MAX - 64, data);

	return send(fd, packet, strlen(packet), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Cut PACKET after its word. Returns the text that follows. */
static char *cut(char *packet)
{
	char *blank = strchr(packet, ' ');

	if (!blank)
		return packet + strlen(packet);
	*blank = '\0';
	return blank + 1;
}

int request_host(struct dut *dut, const char *verb, const char *payload, char **answer)
{
	char packet[PACKET_MAX];
	const char *answer_text;
	int err = send_text(dut->host, verb, payload);

	if (!err)
		err = receive(dut->host, packet);
	if (err)
		return err;
	answer_text = cut(packet);
	if (answer)
		*answer = text("%s", answer_text);
	return strcmp(packet, "ok") ? -EREMOTEIO : 0;
}

const char *ask_host(struct dut *dut, const char *verb, const char *payload)
{
	cleanup_free char *answer = NULL;
	int err = request_host(dut, verb, payload, &answer);

	if (!err)
		return NULL;
	report_error("the host does not %s %s: %s", verb, payload,
		     answer ? answer : error_name(err));
	return text("%s was not carried out", verb);
}

int host_serve(int fd, struct channel *requests)
{
	cleanup_free char *answer = NULL;
	char packet[PACKET_MAX];
	const char *payload;
	size_t len;
	int err = receive(fd, packet);

	if (err)
		return -EPIPE;
	payload = cut(packet);
	err = channel_request(requests, packet, payload, &answer, &len);
	if (send_text(fd, err ? "error" : "ok",
		      answer ? answer : "the request port does not answer"))
		return -EPIPE;
	return 0;
}
