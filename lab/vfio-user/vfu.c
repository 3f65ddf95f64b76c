// SPDX-License-Identifier: GPL-2.0-only
/* Life cycle: create, attach, stop, destroy. */
#include "lab/base/cleanup.h"
#include "lab/vfio-user/server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MIN_TRANSFER	8
#define MAX_TRANSFER	(16u << 20)
#define DMA_TIMEOUT	5000
#define QUEUE_TRANSFERS 2

/* Room for the largest message without data: the JSON of a version or the booleans of SET_IRQS. */
#define MESSAGE_ROOM 8192

static const struct vfu_hooks no_hooks;

static int complete_limits(struct vfu_limits *limits)
{
	if (!limits->max_transfer)
		limits->max_transfer = WIRE_DEFAULT_TRANSFER;
	if (!limits->max_dma_maps)
		limits->max_dma_maps = WIRE_DEFAULT_DMA_MAPS;
	if (!limits->dma_timeout_ms)
		limits->dma_timeout_ms = DMA_TIMEOUT;
	if (limits->max_transfer < MIN_TRANSFER || limits->max_transfer > MAX_TRANSFER)
		return -EINVAL;
	if (limits->max_dma_maps > WIRE_DEFAULT_DMA_MAPS || limits->dma_timeout_ms > INT32_MAX)
		return -EINVAL;
	return 0;
}

static int allocate(struct vfu *vfu)
{
	size_t room = MESSAGE_ROOM + vfu->limits.max_transfer;

	vfu->inbox.room = vfu->current.room = vfu->out.room = room;
	vfu->queue.size = QUEUE_TRANSFERS * room;
	vfu->inbox.data = malloc(room);
	vfu->current.data = malloc(room);
	vfu->out.data = malloc(room);
	vfu->queue.arena = malloc(vfu->queue.size);
	if (!vfu->inbox.data || !vfu->current.data || !vfu->out.data || !vfu->queue.arena)
		return -ENOMEM;
	return dma_init(&vfu->dma, vfu->limits.max_dma_maps);
}

static int open_loop(struct vfu *vfu)
{
	vfu->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (vfu->epoll < 0)
		return -errno;
	vfu->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (vfu->stop < 0)
		return -errno;
	return server_watch_stop(vfu);
}

static void nothing_open(struct vfu *vfu)
{
	vfu->epoll = vfu->stop = vfu->listening = vfu->connection = vfu->out.fd = -1;
	for (unsigned int i = 0; i < VFU_WATCHES; i++)
		vfu->watches[i].fd = -1;
	for (unsigned int i = 0; i < VFU_REGIONS; i++)
		vfu->regions[i].fd = -1;
}

int vfu_create(struct vfu **out, const struct vfu_ops *ops, void *device,
	       const struct vfu_limits *limits)
{
	cleanup_vfu struct vfu *vfu = calloc(1, sizeof(*vfu));
	int r;

	if (!vfu)
		return -ENOMEM;
	nothing_open(vfu);
	vfu->ops = ops;
	vfu->device = device;
	vfu->hooks = &no_hooks;
	if (limits)
		vfu->limits = *limits;
	r = complete_limits(&vfu->limits);
	if (!r)
		r = allocate(vfu);
	if (!r)
		r = open_loop(vfu);
	if (!r)
		*out = steal(vfu);
	return r;
}

void vfu_destroy(struct vfu *vfu)
{
	if (!vfu)
		return;
	server_disconnect(vfu);
	if (vfu->path[0])
		unlink(vfu->path);
	cleanup_close_p(&vfu->listening);
	cleanup_close_p(&vfu->stop);
	cleanup_close_p(&vfu->epoll);
	for (unsigned int i = 0; i < VFU_IRQ_INDEXES; i++)
		free(vfu->irqs[i].vectors);
	dma_table_free(&vfu->dma);
	free(vfu->inbox.data);
	free(vfu->current.data);
	free(vfu->out.data);
	free(vfu->queue.arena);
	free(vfu);
}

static bool attached(const struct vfu *vfu)
{
	return vfu->listening >= 0 || vfu->connection >= 0;
}

int vfu_attach_connected(struct vfu *vfu, int fd)
{
	int r;

	if (attached(vfu))
		return -EBUSY;
	r = server_connect(vfu, fd);
	if (r)
		return r;
	vfu->once = true;
	vfu->over = false;
	return 0;
}

int vfu_attach_listening(struct vfu *vfu, int fd)
{
	int r;

	if (attached(vfu))
		return -EBUSY;
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		return -errno;
	vfu->listening = fd;
	r = server_listen(vfu);
	if (r) {
		vfu->listening = -1;
		return r;
	}
	vfu->once = vfu->over = false;
	return 0;
}

/* Removes a stale socket file, which would make bind() fail. Returns 0 if it has been removed. */
static int remove_stale(const struct sockaddr_un *address)
{
	cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
	    errno != ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(address->sun_path) ? -errno : 0;
}

static int bind_path(int fd, const struct sockaddr_un *address)
{
	int r;

	if (!bind(fd, (const struct sockaddr *)address, sizeof(*address)))
		return 0;
	if (errno != EADDRINUSE)
		return -errno;
	r = remove_stale(address);
	if (r)
		return r;
	return bind(fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;
}

int vfu_attach_path(struct vfu *vfu, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup_close int fd = -1;
	int r;

	if (attached(vfu))
		return -EBUSY;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = bind_path(fd, &address);
	if (r)
		return r;
	r = listen(fd, 1) ? -errno : vfu_attach_listening(vfu, fd);
	if (r) {
		unlink(path);
		return r;
	}
	(void)steal_fd(&fd);
	memcpy(vfu->path, address.sun_path, sizeof(vfu->path));
	return 0;
}

int vfu_fd(const struct vfu *vfu)
{
	return vfu->epoll;
}

void vfu_stop(struct vfu *vfu)
{
	uint64_t one = 1;

	/* If the counter is full, the eventfd is already signalled. */
	if (write(vfu->stop, &one, sizeof(one)) < 0)
		return;
}

void vfu_interpose(struct vfu *vfu, const struct vfu_hooks *hooks, void *hook)
{
	vfu->hooks = hooks ? hooks : &no_hooks;
	vfu->hook = hook;
}

void vfu_hang_up(struct vfu *vfu)
{
	if (vfu->connection >= 0)
		vfu->hang_up = true;
}

bool vfu_connected(const struct vfu *vfu)
{
	return vfu->agreed;
}

int vfu_memory(uint64_t size, void **memory)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	cleanup_close int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint64_t whole = (size + page - 1) / page * page;
	void *mapping;

	if (!size || size > INT64_MAX - page)
		return -EINVAL;
	if (fd < 0 || ftruncate(fd, (off_t)whole))
		return -errno;
	/*
	 * Seal the size: if a client truncated the file, the next access would kill this process.
	 */
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		return -errno;
	mapping = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapping == MAP_FAILED)
		return -errno;
	*memory = mapping;
	return steal_fd(&fd);
}
