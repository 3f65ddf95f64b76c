// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device models of a bundle run beside QEMU, in the sandbox that the script run made for all,
 * if any. They confine themselves (lab/devices/lib/confine.h).
 */
#include "runner/guest/model-sandbox.h"

#include "runner/replay/bound.h"

void model_sandbox(struct list *argv, const struct machine *machine,
		   const struct machine_model *model, const char *program)
{
	(void)machine;
	(void)model;
	list_add(argv, "/proc/self/exe");
	list_add(argv, BOUND);
	list_add(argv, program);
}
