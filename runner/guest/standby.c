// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/standby.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int standby_start(struct hypervisor *hypervisor, const struct job *job, struct standby *standby,
		  struct buf *why)
{
	struct domain_files files;
	int err;

	job_copy(&standby->job, job);
	/* The numbers of other guests begin with 1. */
	standby->run = text("%s/%s.0", job->run ?: JOB_RUN_DEFAULT, job->machine);
	files = domain_files_of(&standby->job, standby->run);
	err = make_folders(standby->run);
	if (err)
		buf_printf(why, "cannot create %s: %s", standby->run, strerror(-err));
	else
		err = machine_load(job->xml, &standby->machine, why);
	return err ?: guest_start(hypervisor, standby->machine, &files, &standby->guest, why);
}

/* Whether a guest of A is one of B but for the files that B replaces. */
static bool is_alike(const struct job *a, const struct job *b)
{
	const char *const pairs[][2] = {
		{a->initrd, b->delta.base}, {a->xml, b->xml},	    {a->common, b->common},
		{a->vmlinux, b->vmlinux},   {a->device, b->device}, {a->accel, b->accel},
		{a->cmdline, b->cmdline},   {a->run, b->run},
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (strcmp(pairs[i][0] ?: "", pairs[i][1] ?: "") != 0)
			return false;
	return a->memory == b->memory && a->cpus == b->cpus;
}

/* Whether JOB has wishes that a guest must know when it starts. */
static bool is_special(const struct job *job)
{
	return job->kind != JOB_CASES || job->image || job->gdb || job->trace || job->traces;
}

struct guest *standby_take(struct standby *standby, const struct job *job)
{
	struct guest *guest = standby ? steal(standby->guest) : NULL;

	if (!guest)
		return NULL;
	/* QEMU has the console open, and keeps it. */
	if (is_special(job) || !is_alike(&standby->job, job) ||
	    rename(standby->job.console, job->console)) {
		guest_end(guest);
		return NULL;
	}
	guest->started_ms = now_ms();
	return guest;
}

void standby_plan(const struct job *job, struct buf *plan)
{
	for (size_t i = 0; i < job->delta.files.count; i++)
		buf_printf(plan, "file %s\n", job->delta.files.items[i]);
}

int standby_answer(const struct job *job, struct guest *guest, const char *file)
{
	cleanup_free char *path = text("%s/%s", job->delta.folder ?: "", file);
	cleanup_free char *content = NULL;
	size_t len;

	if (!list_has(&job->delta.files, file) || file_read(path, &content, &len))
		return guest_answer(guest, "error", "no such file");
	return frame_send(guest->request, "ok", content, len);
}

void standby_end(struct standby *standby)
{
	guest_end(standby->guest);
	machine_free(standby->machine);
	job_free(&standby->job);
	free(standby->run);
	*standby = (struct standby){0};
}
