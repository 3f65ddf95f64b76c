// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/inject.h"

#include "lab/base/alloc.h"
#include "scenarios/lib/assert.h"
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/*
 * The slabs that fail are selected on the command line, because not every kernel can change that
 * later.
 */
#define CHOSEN	 "/sys/kernel/slab/kmalloc-64/failslab"
#define NTH	 "/proc/thread-self/fail-nth"
#define FAILSLAB "/sys/kernel/debug/failslab"
#define USERCOPY "/sys/kernel/debug/fail_usercopy"

/* No call here allocates or copies this often: the limit ends a test that would loop forever. */
#define STEPS_MAX 2000

bool inject_available(void)
{
	cleanup_free char *chosen = NULL;

	return !access(FAILSLAB, W_OK) && !access(NTH, W_OK) && !file_read(CHOSEN, &chosen, NULL) &&
	       *chosen == '1';
}

/*
 * By default allocations that may wait are spared, and each fault logs a backtrace, which the agent
 * would take for a bug report.
 */
static const struct {
	const char *path;
	unsigned int value;
} settings[] = {
	{FAILSLAB "/ignore-gfp-wait", 0},
	{FAILSLAB "/cache-filter", 1},
	{FAILSLAB "/verbose", 0},
	{USERCOPY "/verbose", 0},
};

/* Settings for the duration of a call's attempts. */
struct injector {
	int nth;
	struct kept_setting kept[ARRAY_SIZE(settings)];
};

static void injector_close(struct injector *injector)
{
	if (injector->nth >= 0)
		close(injector->nth);
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		setting_restore(&injector->kept[i]);
}
#define cleanup_injector __attribute__((cleanup(injector_close)))

static int injector_open(struct injector *injector)
{
	int err = 0;

	*injector = (struct injector){.nth = open(NTH, O_RDWR | O_CLOEXEC)};
	if (injector->nth < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(settings) && !err; i++)
		if (!access(settings[i].path, F_OK))
			err = setting_change(settings[i].path, settings[i].value,
					     &injector->kept[i]);
	return err;
}

/* The kernel counts from here on: nothing may come between this and the call. */
static int arm(const struct injector *injector, unsigned int nth)
{
	char value[16];

	snprintf(value, sizeof(value), "%u", nth);
	return value_write_again(injector->nth, value);
}

/*
 * Disarm the fault. Returns how many steps later it would have fired, 0 if it has, or -1 if that is
 * not known: reading and writing this file copy user memory, too, and fail if the fault fires in
 * them.
 */
static int disarm(const struct injector *injector)
{
	char left[16] = "";
	int later = pread(injector->nth, left, sizeof(left) - 1, 0) > 0 ? atoi(left) : -1;

	if (later)
		arm(injector, 0);
	return later;
}

static bool is_right(const struct inject_call *call, int err)
{
	return err == -ENOMEM || err == -EFAULT || (call->also[0] && err == call->also[0]) ||
	       (call->also[1] && err == call->also[1]);
}

/* Check RET, the call's result with its NTH step failing. Returns NULL, or a message. */
static const char *judge(struct dut *dut, const struct inject_call *call, unsigned int nth, int ret)
{
	const char *left;

	if (ret >= 0) {
		if (call->undo)
			call->undo(dut, ret, call->context);
		return NULL;
	}
	if (!is_right(call, ret))
		return text("with its step %u failing it returned %s", nth, error_name(ret));
	left = call->left ? call->left(dut, call->context) : NULL;
	return left ? text("with its step %u failing it returned %s, and left %s", nth,
			   error_name(ret), left)
		    : NULL;
}

static int make(const struct inject_call *call, void *arg)
{
	if (call->request != INJECT_WRITE)
		return vfio_ioctl(call->fd, call->request, arg);
	return pwrite(call->fd, arg, call->len, 0) < 0 ? -errno : 0;
}

/* One attempt. Returns NULL, or a message. *MORE: the fault has fired, and a later one may. */
static const char *attempt(struct dut *dut, const struct injector *injector,
			   const struct inject_call *call, unsigned int nth, bool *more)
{
	cleanup_free void *arg = zalloc(1, call->len);
	int err, ret;

	memcpy(arg, call->arg, call->len);
	err = arm(injector, nth);
	if (err)
		return text("no fault can be armed: %s", error_name(err));
	ret = make(call, arg);
	*more = disarm(injector) == 0;
	if (ret < 0 && !*more)
		return text("after %u steps that failed, one by one, it returns %s", nth - 1,
			    error_name(ret));
	return judge(dut, call, nth, ret);
}

const char *inject_each(struct dut *dut, const struct inject_call *call)
{
	cleanup_injector struct injector injector;
	const char *why = NULL;
	bool more = true;
	int err = injector_open(&injector);

	if (err)
		return text("faults cannot be set up: %s", error_name(err));
	for (unsigned int nth = 1; more && !why; nth++) {
		if (call->spared && call->spared(nth, call->context))
			continue;
		why = attempt(dut, &injector, call, nth, &more);
		if (nth == STEPS_MAX)
			return text("a fault still fired at its step %u", nth);
	}
	return why;
}

const char *inject_count(struct dut *dut, const struct inject_call *call, unsigned int *steps)
{
	cleanup_free void *arg = zalloc(1, call->len);
	cleanup_injector struct injector injector;
	int later, ret, err = injector_open(&injector);

	if (!err) {
		memcpy(arg, call->arg, call->len);
		err = arm(&injector, STEPS_MAX);
	}
	if (err)
		return text("faults cannot be set up: %s", error_name(err));
	ret = make(call, arg);
	later = disarm(&injector);
	if (ret >= 0 && call->undo)
		call->undo(dut, ret, call->context);
	if (later <= 0)
		return text("its steps cannot be counted");
	*steps = STEPS_MAX - (unsigned int)later;
	return NULL;
}
