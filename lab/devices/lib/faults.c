// SPDX-License-Identifier: GPL-2.0-only
/* The table of faults, and the hooks that call each armed fault in turn. */
#include "lab/devices/lib/fault.h"
#include "lab/devices/lib/trace.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/timerfd.h>

static const struct fault *const tables[] = {reset_faults, config_faults, irq_faults,
					     dma_faults,   server_faults, model_faults};

#define for_each_armed(entry, of)                                                                  \
	for (struct armed *entry = (of)->armed; entry < (of)->armed + FAULTS_ARMED; entry++)       \
		if (!entry->fault) {                                                               \
		} else

static const struct fault *find_fault(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct fault *fault = tables[i]; fault->name; fault++)
			if (!strcmp(fault->name, name))
				return fault;
	return NULL;
}

bool fault_due(struct armed *armed)
{
	if (armed->seen++ < armed->args.after)
		return false;
	if (armed->args.count && armed->fired >= armed->args.count)
		return false;
	fault_fires(armed);
	return true;
}

void fault_fires(struct armed *armed)
{
	armed->fired++;
	trace_event(armed->device->trace, "fault", "%s fires", armed->fault->name);
}

bool device_fault(struct device *device, const char *name, uint64_t *value)
{
	if (!device->faults)
		return false;
	for_each_armed (armed, device->faults) {
		if (!strcmp(armed->fault->name, name) && fault_due(armed)) {
			*value = armed->args.value;
			return true;
		}
	}
	return false;
}

bool fault_is_of(const struct armed *armed, enum pci_reset reset)
{
	return !armed->args.of || armed->args.of == (uint64_t)reset + 1;
}

/* A zero timeout would disarm the timer, so use 1 ns. */
void fault_set_timer(struct armed *armed, uint64_t ms)
{
	const struct itimerspec spec = {
		.it_value = {.tv_sec = (time_t)(ms / 1000),
			     .tv_nsec = ms ? (long)(ms % 1000) * 1000000 : 1}};

	timerfd_settime(armed->timer, 0, &spec, NULL);
}

static void stop_timer(struct armed *armed)
{
	timerfd_settime(armed->timer, 0, &(struct itimerspec){0}, NULL);
}

static void expired(void *arg)
{
	struct armed *armed = arg;
	uint64_t times;

	if (read(armed->timer, &times, sizeof(times)) != sizeof(times))
		return; /* stopped meanwhile */
	if (armed->fault && armed->fault->expired)
		armed->fault->expired(armed);
}

/* A missing device reads as all ones. */
static int no_answer(struct vfu_access *access)
{
	if (!access->write)
		memset(access->data, 0xff, access->len);
	return 0;
}

static int pass_access(struct faults *faults, struct vfu *vfu, struct vfu_access *access)
{
	int err;

	for_each_armed (armed, faults) {
		if (!faults->absent && armed->fault->access && armed->fault->access(armed, access))
			return 0;
	}
	if (faults->absent)
		return no_answer(access);
	err = vfu_pass_access(vfu, access);
	for_each_armed (armed, faults) {
		if (!err && armed->fault->accessed)
			armed->fault->accessed(armed, access);
	}
	return err;
}

static int hook_access(void *hook, struct vfu *vfu, struct vfu_access *access)
{
	struct faults *faults = hook;
	struct trace *trace = faults->device->trace;
	int err;

	if (access->write)
		trace_access(trace, access, 0);
	err = pass_access(faults, vfu, access);
	if (!access->write)
		trace_access(trace, access, err);
	return err;
}

static int hook_irq(void *hook, struct vfu *vfu, const struct vfu_irq *irq)
{
	struct faults *faults = hook;
	unsigned int times = faults->absent && irq->action != VFU_IRQ_DEASSERT ? 0 : 1;
	int err = 0;

	for_each_armed (armed, faults) {
		if (armed->fault->irq)
			times *= armed->fault->irq(armed, irq);
	}
	for (unsigned int i = 0; i < times; i++) {
		err = vfu_pass_irq(vfu, irq);
		trace_irq(faults->device->trace, irq, err);
	}
	return err;
}

static int hook_dma(void *hook, struct vfu *vfu, const struct vfu_dma *dma)
{
	struct faults *faults = hook;
	int err = -EIO;

	if (!faults->absent) {
		faults->last_iova = dma->iova;
		err = vfu_pass_dma(vfu, dma);
	}
	trace_dma(faults->device->trace, dma, err);
	return err;
}

static enum vfu_verdict hook_request(void *hook, struct vfu *vfu __attribute__((unused)),
				     unsigned int command)
{
	struct faults *faults = hook;
	enum vfu_verdict verdict = VFU_GO_ON;

	for_each_armed (armed, faults) {
		if (verdict == VFU_GO_ON && armed->fault->request)
			verdict = armed->fault->request(armed, command);
	}
	return verdict;
}

static enum vfu_verdict hook_reply(void *hook, struct vfu *vfu __attribute__((unused)),
				   struct vfu_message *message)
{
	struct faults *faults = hook;
	enum vfu_verdict verdict = VFU_GO_ON;

	for_each_armed (armed, faults) {
		if (verdict == VFU_GO_ON && armed->fault->reply)
			verdict = armed->fault->reply(armed, message);
	}
	return verdict;
}

static const struct vfu_hooks hooks = {.access = hook_access,
				       .irq = hook_irq,
				       .dma = hook_dma,
				       .request = hook_request,
				       .reply = hook_reply};

static int add_timer(struct armed *armed, struct device *device)
{
	armed->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (armed->timer < 0)
		return -errno;
	return vfu_watch(device->vfu, armed->timer, expired, armed);
}

int faults_create(struct device *device, struct faults **faults)
{
	struct faults *made = calloc(1, sizeof(*made));
	int err = 0;

	if (!made)
		return -ENOMEM;
	made->device = device;
	for (unsigned int i = 0; i < FAULTS_ARMED; i++)
		made->armed[i] = (struct armed){.faults = made, .device = device, .timer = -1};
	for (unsigned int i = 0; i < FAULTS_ARMED && !err; i++)
		err = add_timer(&made->armed[i], device);
	if (err) {
		faults_destroy(made);
		return err;
	}
	vfu_interpose(device->vfu, &hooks, made);
	*faults = made;
	return 0;
}

void faults_destroy(struct faults *faults)
{
	if (!faults)
		return;
	vfu_interpose(faults->device->vfu, NULL, NULL);
	for (unsigned int i = 0; i < FAULTS_ARMED; i++) {
		if (faults->armed[i].timer < 0)
			continue;
		vfu_unwatch(faults->device->vfu, faults->armed[i].timer);
		close(faults->armed[i].timer);
	}
	free(faults);
}

/* Returns a free entry, or NULL with a message in WHY. */
static struct armed *free_place(struct faults *faults, const struct fault *fault, struct buf *why)
{
	struct armed *place = NULL;

	for (unsigned int i = 0; i < FAULTS_ARMED; i++) {
		if (faults->armed[i].fault == fault) {
			buf_printf(why, "%s is armed already: disarm it first", fault->name);
			return NULL;
		}
		if (!faults->armed[i].fault)
			place = &faults->armed[i];
	}
	if (!place)
		buf_printf(why, "%u faults are armed, which is the maximum: disarm one",
			   FAULTS_ARMED);
	return place;
}

static int take_args(const struct fault *fault, const struct list *words, struct fault_args *args,
		     struct buf *why)
{
	params_init(fault->params, args);
	for (size_t i = 1; i < words->count; i++) {
		const int err = params_take(fault->params, args, words->items[i], why);

		if (err == -ENOENT)
			buf_printf(why, "%s has no argument '%s': see device --faults", fault->name,
				   words->items[i]);
		if (err)
			return -EINVAL;
	}
	return 0;
}

static int arm(struct faults *faults, const struct fault *fault, const struct fault_args *args,
	       struct buf *why)
{
	struct armed *armed = free_place(faults, fault, why);
	int err = 0;

	if (!armed)
		return -EBUSY;
	*armed = (struct armed){.fault = fault,
				.faults = faults,
				.device = faults->device,
				.args = *args,
				.timer = armed->timer};
	if (fault->arm)
		err = fault->arm(armed);
	if (!err)
		return 0;
	armed->fault = NULL;
	buf_printf(why, "this device does not support fault %s: %s", fault->name, strerror(-err));
	return -EINVAL;
}

int faults_arm(struct faults *faults, const char *text, struct buf *why)
{
	cleanup_list struct list words = {0};
	struct fault_args args = {0};
	const struct fault *fault;
	int err;

	list_add_words(&words, text);
	fault = words.count ? find_fault(words.items[0]) : NULL;
	if (!fault) {
		buf_printf(why, "there is no fault '%s': device --faults lists them",
			   words.count ? words.items[0] : "");
		return -ENOENT;
	}
	err = take_args(fault, &words, &args, why);
	if (!err)
		trace_event(faults->device->trace, "fault", "%s armed", text);
	return err ? err : arm(faults, fault, &args, why);
}

int faults_disarm(struct faults *faults, const char *name, struct buf *why)
{
	bool found = !name;

	for_each_armed (armed, faults) {
		const struct fault *fault = armed->fault;

		if (name && strcmp(name, fault->name))
			continue;
		found = true;
		trace_event(armed->device->trace, "fault", "%s disarmed", fault->name);
		stop_timer(armed);
		armed->fault = NULL; /* the fault must not affect its own repair */
		if (fault->disarm)
			fault->disarm(armed);
	}
	if (!found)
		buf_printf(why, "%s is not armed", name);
	return found ? 0 : -ENOENT;
}

void faults_tell(const struct faults *faults, struct buf *text)
{
	const char *separator = "";

	for (unsigned int i = 0; i < FAULTS_ARMED; i++) {
		const struct armed *armed = &faults->armed[i];

		if (!armed->fault)
			continue;
		buf_printf(text, "%s%s fired=%" PRIu64 " result=%d", separator, armed->fault->name,
			   armed->fired, armed->result);
		separator = "; ";
	}
}

void faults_describe(struct buf *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		for (const struct fault *fault = tables[i]; fault->name; fault++) {
			buf_printf(text, "%s\n    %s\n    kernel: %s\n", fault->name, fault->help,
				   fault->expect);
			params_describe(fault->params, text);
		}
	}
}

bool faults_take_reset(struct faults *faults, enum pci_reset reset)
{
	bool taken = false;

	if (!faults)
		return false;
	for_each_armed (armed, faults) {
		if (!taken && armed->fault->take_reset)
			taken = armed->fault->take_reset(armed, reset);
	}
	return taken;
}

void faults_reset_done(struct faults *faults, enum pci_reset reset)
{
	if (!faults)
		return;
	for_each_armed (armed, faults) {
		if (armed->fault->reset_done)
			armed->fault->reset_done(armed, reset);
	}
}

void faults_unmapped(struct faults *faults, uint64_t iova, uint64_t size)
{
	if (!faults)
		return;
	for_each_armed (armed, faults) {
		if (armed->fault->unmapped)
			armed->fault->unmapped(armed, iova, size);
	}
}
