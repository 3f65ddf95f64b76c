// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event loop: accepts clients, serves their messages one by one, and calls back for watched
 * descriptors.
 */
#include "lab/vfio-user/server.h"

#include "lab/base/cleanup.h"
#include "lab/vfio-user/fence.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* The data of an epoll event: the index of a watch, or one of these. */
enum source {
	SOURCE_STOP = VFU_WATCHES,
	SOURCE_LISTENING,
	SOURCE_CONNECTION,
};

static int control(struct vfu *vfu, int op, int fd, uint32_t events, unsigned int source)
{
	struct epoll_event event = {.events = events, .data.u32 = source};

	return epoll_ctl(vfu->epoll, op, fd, &event) ? -errno : 0;
}

int server_watch_stop(struct vfu *vfu)
{
	return control(vfu, EPOLL_CTL_ADD, vfu->stop, EPOLLIN, SOURCE_STOP);
}

int server_listen(struct vfu *vfu)
{
	return control(vfu, EPOLL_CTL_ADD, vfu->listening, EPOLLIN, SOURCE_LISTENING);
}

int server_connect(struct vfu *vfu, int fd)
{
	int r = control(vfu, EPOLL_CTL_ADD, fd, EPOLLIN, SOURCE_CONNECTION);

	if (r)
		return r;
	vfu->connection = fd;
	vfu->events = EPOLLIN;
	vfu->hang_up = false;
	return 0;
}

bool outbox_pending(const struct vfu *vfu)
{
	return vfu->out.len != 0;
}

void outbox_flush(struct vfu *vfu)
{
	struct outbox *out = &vfu->out;

	while (out->len) {
		struct iovec iov = {out->data + out->sent, out->len - out->sent};
		ssize_t n = message_send(vfu->connection, &iov, 1, out->fd);

		if (n < 0) {
			vfu->hang_up = true;
			out->len = 0;
		}
		if (n <= 0)
			return;
		out->fd = -1;
		out->sent += (size_t)n;
		if (out->sent == out->len)
			out->len = 0;
	}
}

/* Returns true if requests are waiting to be served. */
static bool put_off(const struct vfu *vfu)
{
	return vfu->held || vfu->queue.count;
}

/* Only the header of a message that is too long has been kept. */
static size_t kept_bytes(const struct message *m)
{
	return m->too_long ? sizeof(struct wire_header) : m->got;
}

bool queue_inbox(struct vfu *vfu)
{
	struct queue *q = &vfu->queue;
	struct message *in = &vfu->inbox, *m = &q->messages[q->count];
	size_t kept = kept_bytes(in);

	if (q->count == QUEUE_MESSAGES || kept > q->size - q->used)
		return false;
	*m = *in;
	m->data = q->arena + q->used;
	memcpy(m->data, in->data, kept);
	q->used += kept;
	q->count++;
	in->fd_count = 0;
	message_clear(in);
	return true;
}

void queue_clear(struct queue *q)
{
	for (unsigned int i = q->next; i < q->count; i++)
		message_clear(&q->messages[i]);
	q->count = q->next = 0;
	q->used = 0;
}

static void serve_inbox(struct vfu *vfu)
{
	struct message m = vfu->inbox;
	size_t kept = kept_bytes(&m);

	/*
	 * A handler that does DMA receives other messages into the inbox while it serves this one.
	 */
	vfu->inbox = vfu->current;
	vfu->current = m;
	vfu->held = false;
	fence_raise(m.data + kept, m.room - kept);
	dispatch(vfu, &vfu->current);
	fence_lower(m.data + kept, m.room - kept);
	message_clear(&vfu->current);
}

/*
 * Serves the queued requests in their order. Handlers may add to the queue. Each answer must be
 * sent before the next request is served.
 */
static void catch_up(struct vfu *vfu)
{
	struct queue *q = &vfu->queue;

	while (q->next < q->count && !outbox_pending(vfu) && !vfu->hang_up) {
		struct message *m = &q->messages[q->next++];

		dispatch(vfu, m);
		message_clear(m);
	}
	if (q->next == q->count)
		queue_clear(q);
	if (vfu->held && !q->count && !outbox_pending(vfu) && !vfu->hang_up)
		serve_inbox(vfu);
}

void server_disconnect(struct vfu *vfu)
{
	bool agreed = vfu->agreed;

	if (vfu->connection < 0)
		return;
	close(vfu->connection);
	vfu->connection = -1;
	vfu->agreed = vfu->hang_up = vfu->held = false;
	vfu->out.len = 0;
	message_clear(&vfu->inbox);
	queue_clear(&vfu->queue);
	drop_dma_maps(vfu);
	for (unsigned int i = 0; i < VFU_IRQ_INDEXES; i++) {
		vfu_irqs_disable(&vfu->irqs[i]);
		if (agreed && vfu->irqs[i].count && vfu->ops->irqs_changed)
			vfu->ops->irqs_changed(vfu->device, i, 0, vfu->irqs[i].count);
	}
	if (agreed && vfu->ops->disconnected)
		vfu->ops->disconnected(vfu->device);
	vfu->over = vfu->once;
}

static bool nobody_came(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

/* Only one client at a time: others stay in the backlog. */
static int accept_client(struct vfu *vfu)
{
	int fd = accept4(vfu->listening, NULL, NULL, SOCK_CLOEXEC);
	int r;

	if (fd < 0)
		return nobody_came(errno) ? 0 : -errno;
	r = server_connect(vfu, fd);
	if (r) {
		close(fd);
		return r;
	}
	return epoll_ctl(vfu->epoll, EPOLL_CTL_DEL, vfu->listening, NULL) ? -errno : 0;
}

static void serve_connection(struct vfu *vfu)
{
	int r;

	outbox_flush(vfu);
	catch_up(vfu);
	if (outbox_pending(vfu) || vfu->hang_up || put_off(vfu))
		return;
	r = message_receive(vfu->connection, &vfu->inbox);
	if (r < 0)
		vfu->hang_up = true;
	if (r > 0)
		serve_inbox(vfu);
}

static void let_work(struct vfu *vfu)
{
	if (vfu->ops->answered && vfu->agreed && !vfu->hang_up && !put_off(vfu) &&
	    !outbox_pending(vfu))
		vfu->ops->answered(vfu->device);
}

/* Called after each event: serves delayed requests, and updates the events to wait for. */
static int settle(struct vfu *vfu)
{
	uint32_t events;
	int r = 0;

	if (vfu->connection < 0)
		return 0;
	catch_up(vfu);
	let_work(vfu);
	if (vfu->hang_up) {
		server_disconnect(vfu);
		return vfu->listening >= 0 ? server_listen(vfu) : 0;
	}
	/*
	 * Read no further request while an answer is unsent, so that a client that does not read
	 * cannot make the server allocate memory.
	 */
	events = outbox_pending(vfu) ? EPOLLOUT : EPOLLIN;
	if (events != vfu->events)
		r = control(vfu, EPOLL_CTL_MOD, vfu->connection, events, SOURCE_CONNECTION);
	vfu->events = events;
	return r;
}

static bool stopped(struct vfu *vfu)
{
	uint64_t count;

	return read(vfu->stop, &count, sizeof(count)) == sizeof(count);
}

static int serve_source(struct vfu *vfu, unsigned int source)
{
	if (source == SOURCE_LISTENING)
		return accept_client(vfu);
	if (source == SOURCE_CONNECTION) {
		serve_connection(vfu);
	} else if (source < VFU_WATCHES && vfu->watches[source].fd >= 0) {
		const struct watch *w = &vfu->watches[source];

		w->ready(w->arg);
	}
	return 0;
}

int vfu_step(struct vfu *vfu, int timeout_ms)
{
	/* Only one event at a time: serving it may remove the source of another event. */
	struct epoll_event event;
	int n, r = 0;

	if (vfu->over)
		return 0;
	if (vfu->listening < 0 && vfu->connection < 0)
		return -ENOTCONN;
	/* Requests delayed outside a callback are pending work, too. */
	if (vfu->hang_up || (put_off(vfu) && !outbox_pending(vfu)))
		timeout_ms = 0;
	n = epoll_wait(vfu->epoll, &event, 1, timeout_ms);
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	if (n && event.data.u32 == SOURCE_STOP)
		return stopped(vfu) ? 0 : 1;
	if (n)
		r = serve_source(vfu, event.data.u32);
	if (!r)
		r = settle(vfu);
	return r ? r : !vfu->over;
}

int vfu_run(struct vfu *vfu)
{
	int r;

	do
		r = vfu_step(vfu, -1);
	while (r > 0);
	return r;
}

int vfu_watch(struct vfu *vfu, int fd, void (*ready)(void *arg), void *arg)
{
	unsigned int i = 0;
	int r;

	while (i < VFU_WATCHES && vfu->watches[i].fd >= 0)
		i++;
	if (i == VFU_WATCHES)
		return -ENOSPC;
	r = control(vfu, EPOLL_CTL_ADD, fd, EPOLLIN, i);
	if (!r)
		vfu->watches[i] = (struct watch){.fd = fd, .ready = ready, .arg = arg};
	return r;
}

void vfu_unwatch(struct vfu *vfu, int fd)
{
	for (unsigned int i = 0; i < VFU_WATCHES; i++) {
		if (vfu->watches[i].fd != fd || fd < 0)
			continue;
		epoll_ctl(vfu->epoll, EPOLL_CTL_DEL, fd, NULL);
		vfu->watches[i].fd = -1;
	}
}
