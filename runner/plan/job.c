// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/job.h"

#include "lab/base/alloc.h"

static const char *const kind_names[JOB_KINDS] = {
	[JOB_CASES] = "cases",	     [JOB_PROBE] = "probe",	  [JOB_EXEC] = "exec",
	[JOB_DESCRIBE] = "describe", [JOB_STAND_BY] = "stand-by",
};

static const struct json_member case_members[] = {
	JSON_COUNT(struct job_case, number),
	JSON_COUNT(struct job_case, attempt),
	JSON_STRING_AS(struct job_case, name, "case"),
	JSON_STRING(struct job_case, scenario),
	JSON_STRING(struct job_case, dut),
	JSON_WORD(struct job_case, mode, mode_names),
};
static const struct json_table case_type = JSON_TYPE(struct job_case, case_members);

static const struct json_member command_members[] = {
	JSON_STRINGS(struct guest_command, argv), JSON_STRING(struct guest_command, cwd),
	JSON_BOOLEAN(struct guest_command, tty),  JSON_BOOLEAN(struct guest_command, banner),
	JSON_NUMBER(struct guest_command, rows),  JSON_NUMBER(struct guest_command, columns),
};
static const struct json_table command_type = JSON_TYPE(struct guest_command, command_members);

static const struct json_member delta_members[] = {
	JSON_STRING(struct image_delta, base),
	JSON_STRING(struct image_delta, folder),
	JSON_STRINGS(struct image_delta, files),
};
static const struct json_table delta_type = JSON_TYPE(struct image_delta, delta_members);

static const struct json_member job_members[] = {
	JSON_WORD(struct job, kind, kind_names),
	JSON_STRING(struct job, kernel),
	JSON_STRING(struct job, machine),
	JSON_STRING(struct job, vmlinux),
	JSON_STRING(struct job, initrd),
	JSON_STRING(struct job, cmdline),
	JSON_STRING(struct job, image),
	JSON_STRING(struct job, user_data),
	JSON_STRING(struct job, accel),
	JSON_STRING(struct job, xml),
	JSON_STRING(struct job, common),
	JSON_STRING(struct job, device),
	JSON_STRING(struct job, run),
	JSON_STRING(struct job, streams),
	JSON_STRING(struct job, console),
	JSON_STRING(struct job, traces),
	JSON_STRING(struct job, kept),
	JSON_STRING(struct job, dumps),
	JSON_STRING(struct job, gdb),
	JSON_FLAG(struct job, reach),
	JSON_FLAG(struct job, trace),
	JSON_FLAG(struct job, trace_all),
	JSON_REAL(struct job, scale),
	JSON_NUMBER(struct job, deadline_ms),
	JSON_NUMBER(struct job, memory),
	JSON_NUMBER(struct job, cpus),
	JSON_NUMBER(struct job, total),
	JSON_NUMBER(struct job, part),
	JSON_NUMBER(struct job, dumps_max),
	JSON_ARRAY(struct job, cases, &case_type),
	JSON_OBJECT(struct job, command, &command_type),
	JSON_OBJECT(struct job, delta, &delta_type),
};

const struct json_table job_type = JSON_TYPE(struct job, job_members);

struct job_case *job_find(const struct job *job, unsigned int number)
{
	for (size_t i = 0; i < job->cases.count; i++)
		if (job->cases.items[i].number == number)
			return &job->cases.items[i];
	return NULL;
}

struct job_case *job_add(struct job *job, unsigned int number, const char *scenario,
			 const char *dut, enum mode mode)
{
	struct job_case *added = array_add(&job->cases);

	added->number = number;
	added->attempt = 1;
	added->name = case_name(scenario, dut, mode);
	added->scenario = text("%s", scenario);
	added->dut = text("%s", dut);
	added->mode = mode;
	return added;
}

void job_set_delta(struct job *job, const struct image_delta *delta)
{
	json_free(&delta_type, &job->delta);
	json_copy(&delta_type, &job->delta, delta);
}

void job_copy(struct job *to, const struct job *from)
{
	json_copy(&job_type, to, from);
	for (size_t i = 0; i < to->cases.count; i++) {
		to->cases.items[i].record = from->cases.items[i].record;
		to->cases.items[i].memory = from->cases.items[i].memory;
	}
	to->ms = from->ms;
	to->rest = from->rest;
}

void job_copy_bare(struct job *to, const struct job *from)
{
	struct job bare = *from;

	bare.cases.items = NULL;
	bare.cases.count = 0;
	job_copy(to, &bare);
}

void job_free(struct job *job)
{
	json_free(&job_type, job);
}
