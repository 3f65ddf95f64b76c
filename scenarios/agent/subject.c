// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/subject.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/dut/properties.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/report.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/declared.h"
#include "lab/base/needs.h"
#include "lab/base/vocabulary.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define FDS 4

/* The arguments of the holder. */
struct holding {
	struct subject *subject;
	enum mode mode;
	int socket;
	/*
	 * The agent's end. The holder closes it, or it would not notice that the agent has closed
	 * it.
	 */
	int others;
};

static int fail(const char *step, const char *address, int err)
{
	cleanup_free char *why = text("%s %s: %s", step, address, error_name(err));

	report_fail(__FILE__, __LINE__, why);
	return err;
}

/* The members of VFIO that are file descriptors. */
static void list_fds(struct vfio *vfio, int *fds[FDS])
{
	fds[0] = &vfio->container;
	fds[1] = &vfio->group;
	fds[2] = &vfio->iommufd;
	fds[3] = &vfio->device;
}

/* A message that carries VFIO, PROPERTIES and file descriptors. */
struct offer {
	char control[CMSG_SPACE(FDS * sizeof(int))];
	struct iovec parts[2];
	struct msghdr message;
};

static void offer_prepare(struct offer *offer, struct vfio *vfio, char *properties, size_t size)
{
	*offer = (struct offer){
		.parts = {{vfio, sizeof(*vfio)}, {properties, size}},
	};
	offer->message = (struct msghdr){.msg_iov = offer->parts,
					 .msg_iovlen = 2,
					 .msg_control = offer->control,
					 .msg_controllen = sizeof(offer->control)};
}

/* Send VFIO with its open files, and the properties. */
static int send_open(int socket, struct vfio vfio, char *properties)
{
	int *all[FDS], open[FDS] = {0};
	struct cmsghdr *header;
	struct offer offer;
	size_t count = 0;

	list_fds(&vfio, all);
	for (size_t i = 0; i < FDS; i++)
		if (*all[i] >= 0)
			open[count++] = *all[i];
	vfio.step = NULL;
	offer_prepare(&offer, &vfio, properties, strlen(properties) + 1);
	offer.message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	header = CMSG_FIRSTHDR(&offer.message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(header), open, count * sizeof(int));
	return sendmsg(socket, &offer.message, 0) < 0 ? -errno : 0;
}

/* Files that are open on the other side are open on this one, with other numbers. */
static int receive_open(int socket, struct vfio *vfio, char *properties, size_t size)
{
	int *all[FDS], *open;
	struct cmsghdr *header;
	struct offer offer;
	size_t count = 0;
	ssize_t got;

	offer_prepare(&offer, vfio, properties, size - 1);
	got = recvmsg(socket, &offer.message, MSG_CMSG_CLOEXEC);
	header = CMSG_FIRSTHDR(&offer.message);
	if (got <= (ssize_t)sizeof(*vfio) || !header) {
		*vfio = VFIO_CLOSED;
		return -EPROTO;
	}
	properties[(size_t)got - sizeof(*vfio)] = '\0';
	open = (int *)CMSG_DATA(header);
	list_fds(vfio, all);
	for (size_t i = 0; i < FDS; i++)
		count += *all[i] >= 0;
	if (header->cmsg_len != CMSG_LEN(count * sizeof(int))) {
		*vfio = VFIO_CLOSED;
		return -EPROTO;
	}
	for (size_t i = 0, next = 0; i < FDS; i++)
		if (*all[i] >= 0)
			*all[i] = open[next++];
	return 0;
}

static int open_for(struct subject *subject, enum mode mode, struct vfio *vfio)
{
	const char *address = subject->address;
	int err = baseline_lend_siblings(&subject->baseline, address);

	if (err)
		return fail("cannot bind vfio-pci to a sibling of", address, err);
	err = pci_bind(address, subject->vfio_driver);
	if (err)
		return fail("cannot bind its driver to", address, err);
	err = vfio_open(mode, address, vfio);
	return err ? fail(vfio->step, address, err) : 0;
}

static int offer(const struct holding *holding, const struct vfio *vfio)
{
	struct dut dut = {.vfio = *vfio};
	cleanup_free char *properties = NULL;

	memcpy(dut.address, holding->subject->address, sizeof(dut.address));
	properties = properties_probed(&dut);
	return send_open(holding->socket, *vfio, properties);
}

/* The holder: returns when the agent closes its end of the socket. */
static int hold(void *arg)
{
	const struct holding *holding = arg;
	struct vfio vfio = VFIO_CLOSED;
	char byte;
	int err;

	close(holding->others);
	err = open_for(holding->subject, holding->mode, &vfio);
	if (!err)
		err = offer(holding, &vfio);
	if (!err && read(holding->socket, &byte, 1) < 0)
		err = -errno;
	vfio_close(&vfio);
	baseline_undo(&holding->subject->baseline);
	baseline_restore(&holding->subject->baseline);
	return err ? 1 : 0;
}

/* Set all PROPERTIES of the subject once they are known. Takes ownership of them. */
static void set_properties(struct subject *subject, char *properties)
{
	const char *declared = subject->plan->has;
	cleanup_free char *error = vocabulary_error(properties, false);

	subject->properties = properties;
	if (error)
		subject->dispute = text("property %s", error);
	else if (declared)
		subject->dispute = declared_differs(declared, properties);
}

static int accept_offer(struct dut_session *session, struct subject *subject)
{
	char properties[1024];
	int err = receive_open(session->socket, &session->vfio, properties, sizeof(properties));

	if (err)
		return err;
	if (!subject->properties)
		set_properties(subject, text("%s %s", subject->fixed, properties));
	session->subject = subject;
	session->mode = session->vfio.mode;
	return 0;
}

static void abandon(struct dut_session *session)
{
	vfio_close(&session->vfio); /* the holder's close must come after it */
	if (session->socket >= 0)
		close(steal_fd(&session->socket));
	session->subject = NULL;
}

static int start_holder(struct dut_session *session, struct subject *subject, enum mode mode)
{
	int ends[2];
	int err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	session->socket = ends[0];
	session->vfio = VFIO_CLOSED;
	err = worker_start(&session->holder, hold,
			   &(struct holding){subject, mode, ends[1], ends[0]});
	close(ends[1]);
	if (err)
		abandon(session);
	return err;
}

struct worker_result dut_session_open(struct dut_session *session, struct subject *subject,
				      enum mode mode, unsigned int ms, worker_line *line,
				      void *context)
{
	int64_t deadline = now_ms() + ms;
	struct worker_result result;

	if (start_holder(session, subject, mode)) {
		line(context, "error: cannot start a child");
		return (struct worker_result){WORKER_EXITED, 1};
	}
	result = worker_follow(&session->holder, session->socket, deadline, line, context);
	if (result.end == WORKER_RUNS && !accept_offer(session, subject))
		return result;
	abandon(session);
	if (result.end == WORKER_RUNS)
		result = worker_wait(&session->holder, deadline, line, context);
	return result;
}

struct worker_result dut_session_close(struct dut_session *session, unsigned int ms,
				       worker_line *line, void *context)
{
	if (!session->subject)
		return (struct worker_result){WORKER_EXITED, 0};
	abandon(session);
	return worker_wait(&session->holder, now_ms() + ms, line, context);
}

static void add_property(struct buf *words, const char *key, const char *value)
{
	if (value)
		buf_printf(words, " %s=%s", key, value);
}

/* Add the DUT's properties that depend on its machine, in addition to properties_fixed. */
static void add_place(struct subject *subject, bool first)
{
	const struct work_dut *plan = subject->plan;
	cleanup_free char *fixed = subject->fixed;
	struct buf words = BUF_INIT;

	buf_puts(&words, fixed);
	add_property(&words, "variant", plan->driver);
	add_property(&words, "model", plan->model);
	if (first)
		buf_puts(&words, " first");
	add_property(&words, "for", plan->purpose);
	subject->fixed = buf_steal(&words);
}

void subject_find(struct subject *subject, const struct work_dut *plan, bool first)
{
	*subject = (struct subject){.plan = plan,
				    .vfio_driver = plan->driver ? plan->driver : "vfio-pci"};
	if (!*plan->path) {
		subject->none = true;
		subject->fixed = text("%s", "");
		subject->properties = text("%s", "");
		return;
	}
	if (plan->module && !module_loaded(plan->module)) {
		subject->missing = text("the kernel lacks %s", plan->module);
		return;
	}
	subject->err = pci_find(plan->path, plan->vf, subject->address);
	if (subject->err)
		return;
	subject->missing = vfio_driver_missing(subject->vfio_driver);
	if (!subject->missing)
		subject->missing = vfio_iommu_missing(subject->address);
	baseline_take(subject->address, &subject->baseline);
	subject->fixed = properties_fixed(subject->address, plan->model);
	add_place(subject, first);
	/* It cannot be opened to be probed. */
	if (needs_mention(subject->fixed, "denylisted") || needs_mention(subject->fixed, "overrun"))
		set_properties(subject, text("%s", subject->fixed));
}

static int restore(void *arg)
{
	struct subject *subject = arg;

	baseline_restore(&subject->baseline);
	return 0;
}

struct worker_result subject_restore(struct subject *subject, unsigned int ms, worker_line *line,
				     void *context)
{
	struct worker worker;

	if (worker_start(&worker, restore, subject)) {
		line(context, "error: cannot start a child");
		return (struct worker_result){WORKER_EXITED, 1};
	}
	return worker_wait(&worker, now_ms() + ms, line, context);
}
