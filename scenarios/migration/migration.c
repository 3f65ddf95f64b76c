// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/migration/migration.h"

#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/sriov.h"

#include <string.h>
#include <unistd.h>

const char *mig_name(enum mig state)
{
	static const char *const names[] = {
		[MIG_ERROR] = "ERROR",	     [MIG_STOP] = "STOP",
		[MIG_RUNNING] = "RUNNING",   [MIG_STOP_COPY] = "STOP_COPY",
		[MIG_RESUMING] = "RESUMING", [MIG_RUNNING_P2P] = "RUNNING_P2P",
		[MIG_PRE_COPY] = "PRE_COPY", [MIG_PRE_COPY_P2P] = "PRE_COPY_P2P",
	};

	return state < MIG_STATES ? names[state] : text("state %u", state);
}

bool mig_saves(enum mig state)
{
	return state == MIG_PRE_COPY || state == MIG_PRE_COPY_P2P || state == MIG_STOP_COPY;
}

struct state_call {
	struct vfio_device_feature feature;
	struct vfio_device_feature_mig_state state;
};

static int state_call(struct dut *dut, uint32_t access, struct vfio_device_feature_mig_state *state)
{
	struct state_call call = {
		.feature = {.argsz = sizeof(call),
			    .flags = access | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE},
		.state = *state,
	};
	const int err = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call);

	*state = call.state;
	return err;
}

int mig_set(struct dut *dut, enum mig state, int *fd)
{
	struct vfio_device_feature_mig_state set = {.device_state = state, .data_fd = -1};
	const int err = state_call(dut, FEATURE_SET, &set);

	if (fd)
		*fd = set.data_fd;
	else if (set.data_fd >= 0)
		close(set.data_fd);
	return err;
}

int mig_get(struct dut *dut, enum mig *state)
{
	struct vfio_device_feature_mig_state get = {.data_fd = 0};
	const int err = state_call(dut, FEATURE_GET, &get);

	*state = get.device_state;
	return err ? err : get.data_fd == -1 ? 0 : -EBADF;
}

struct dut *mig_fresh(struct dut *dut)
{
	mig_fresh_end(&dut);
	return dut;
}

/* A reset takes 100 ms, and most cases leave nothing that needs one. */
void mig_fresh_end(struct dut **dut)
{
	struct vfio_device_feature stop = {
		.argsz = sizeof(stop), .flags = FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP};
	enum mig state;

	if (mig_get(*dut, &state) || state != MIG_RUNNING ||
	    vfio_ioctl((*dut)->vfio.device, VFIO_DEVICE_FEATURE, &stop))
		dut_reset(*dut);
}

int mig_data_size(struct dut *dut, uint64_t *bytes)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_mig_data_size size;
	} call = {.feature = {.argsz = sizeof(call),
			      .flags = FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE}};
	const int err = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call);

	*bytes = call.size.stop_copy_length;
	return err;
}

int mig_precopy_info(int fd, struct vfio_precopy_info *info)
{
	*info = (struct vfio_precopy_info){.argsz = sizeof(*info)};
	return vfio_ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, info);
}

/* ERROR is where a session leads that ends without data. */
static int enter_error(struct dut *dut)
{
	int err = mig_set(dut, MIG_RESUMING, NULL);

	if (err)
		return err;
	return mig_set(dut, MIG_STOP, NULL) == -ENODATA ? 0 : -EIO;
}

const char *mig_enter(struct dut *dut, enum mig state, int *fd)
{
	int err = mig_set(dut, MIG_RUNNING, NULL) ? dut_reset(dut) : 0;

	*fd = -1;
	if (err)
		return text("the device cannot be reset: %s", error_name(err));
	err = state == MIG_ERROR ? enter_error(dut) : mig_set(dut, state, fd);
	if (err)
		return text("RUNNING to %s: %s", mig_name(state), error_name(err));
	return NULL;
}

/* What the device does: whether its counter advances, and whether it would do DMA. */
static int device_does(struct dut *dut, enum vendor_state *does)
{
	uint32_t first = 0, second = 0, result = 0;
	int err = bar_read32(dut, 0, VENDOR_COUNTER, &first);

	if (!err)
		err = bar_read32(dut, 0, VENDOR_COUNTER, &second);
	if (!err && first == second) {
		*does = VENDOR_STOPPED;
		return 0;
	}
	if (!err)
		err = bar_write32(dut, 0, VENDOR_COPY_LEN, 0);
	if (!err)
		err = bar_read32(dut, 0, VENDOR_IO_RESULT, &result);
	*does = result == EBUSY ? VENDOR_QUIET : VENDOR_RUNNING;
	return err;
}

static enum vendor_state expected(enum mig state)
{
	if (state == MIG_RUNNING || state == MIG_PRE_COPY)
		return VENDOR_RUNNING;
	return state == MIG_RUNNING_P2P || state == MIG_PRE_COPY_P2P ? VENDOR_QUIET
								     : VENDOR_STOPPED;
}

static const char *const doings[] = {"runs", "is quiet", "is stopped"};

const char *check_mig_state(struct dut *dut, enum mig state)
{
	enum vendor_state does = VENDOR_STOPPED;
	enum mig got = MIG_ERROR;
	int err = mig_get(dut, &got);

	if (err)
		return text("the state cannot be read: %s", error_name(err));
	if (got != state)
		return text("expected the state %s, got %s", mig_name(state), mig_name(got));
	if (state == MIG_ERROR)
		return NULL;
	err = device_does(dut, &does);
	if (err)
		return text("the device does not answer in %s: %s", mig_name(state),
			    error_name(err));
	if (does != expected(state))
		return text("%s: the device %s, expected that it %s", mig_name(state), doings[does],
			    doings[expected(state)]);
	return NULL;
}

int mig_read(int fd, size_t size, struct buf *stream)
{
	for (;;) {
		uint8_t data[65536];
		const ssize_t got = read(fd, data, size < sizeof(data) ? size : sizeof(data));

		if (got <= 0)
			return got ? -errno : 0;
		buf_add(stream, data, (size_t)got);
	}
}

int mig_write(int fd, size_t size, const void *data, size_t len)
{
	for (size_t at = 0; at < len;) {
		const size_t some = len - at < size ? len - at : size;
		const ssize_t put = write(fd, (const char *)data + at, some);

		if (put <= 0)
			return put ? -errno : -EIO;
		at += (size_t)put;
	}
	return 0;
}

const char *check_data_file_dead(int fd)
{
	struct vfio_precopy_info info;
	uint8_t byte = 0;
	ssize_t got = read(fd, &byte, 1);

	if (got >= 0 || (errno != ENODEV && errno != EINVAL && errno != EBADF))
		return text("a read of the data file: expected an error, got %s",
			    got < 0 ? error_name(errno) : "data or an end");
	got = write(fd, &byte, 1);
	if (got >= 0 || (errno != ENODEV && errno != EINVAL && errno != EBADF))
		return text("a write to the data file: expected an error, got %s",
			    got < 0 ? error_name(errno) : "no error");
	return mig_precopy_info(fd, &info) ? NULL : "the data file still describes its session";
}

const char *mig_save(struct dut *dut, struct buf *stream)
{
	cleanup_close int fd = -1;
	int err = mig_set(dut, MIG_STOP_COPY, &fd);

	if (err)
		return text("the device does not enter STOP_COPY: %s", error_name(err));
	err = mig_read(fd, SIZE_MAX, stream);
	if (err)
		return text("the state cannot be read: %s", error_name(err));
	err = mig_set(dut, MIG_STOP, NULL);
	return err ? text("the device does not leave STOP_COPY: %s", error_name(err)) : NULL;
}

const char *mig_load(struct dut *dut, const struct buf *stream, enum mig state)
{
	cleanup_close int fd = -1;
	int err = mig_set(dut, MIG_RESUMING, &fd);

	if (err)
		return text("the device does not enter RESUMING: %s", error_name(err));
	err = mig_write(fd, SIZE_MAX, stream->data, stream->len);
	if (err)
		return text("the state cannot be written: %s", error_name(err));
	err = mig_set(dut, state, NULL);
	return err ? text("RESUMING to %s: %s", mig_name(state), error_name(err)) : NULL;
}

/* Get the address of the other device with the IDs of DUT. */
static const char *find_peer(struct peer *peer, const struct dut *dut)
{
	cleanup_list struct list functions = {0};

	if (pci_functions(&functions))
		return "the PCI functions cannot be listed";
	for (size_t i = 0; i < functions.count; i++) {
		const char *address = functions.items[i];

		if (pci_number(address, "vendor", 0) != VENDOR_VENDOR ||
		    pci_number(address, "device", 0) != VENDOR_DEVICE ||
		    !strcmp(address, dut->address))
			continue;
		memccpy(peer->address, address, '\0', sizeof(peer->address));
		return NULL;
	}
	return "the machine has no second device that migrates";
}

const char *peer_open(struct peer *peer, struct dut *dut)
{
	const char *why = find_peer(peer, dut);
	int err;

	if (why)
		return why;
	err = pci_bind(peer->address, dut->vfio_driver);
	if (err)
		return text("%s cannot be bound: %s", peer->address, error_name(err));
	err = user_open_other(&peer->user, dut, peer->address, sriov_token(peer->address));
	peer->user.bound = true;
	return err ? user_error(&peer->user, err) : NULL;
}

void peer_end(struct peer *peer)
{
	user_end(&peer->user);
}
