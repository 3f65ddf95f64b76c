// SPDX-License-Identifier: GPL-2.0-only
#include "runner/bundle/pack.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bundle/bundle.h"
#include "runner/bundle/qemu-line.h"
#include "runner/guest/acpi-properties.h"
#include "runner/guest/guest-plan.h"
#include "runner/guest/model-sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A bundle in the making: a folder with links to the lab's files. */
struct stage {
	const struct pack *pack;
	struct buf *why;
	char *name;   /* of the bundle */
	char *top;    /* temporary folder below O=/repro */
	char *folder; /* TOP/NAME */
	struct list patches;
};

static void stage_free(struct stage *stage)
{
	if (stage->top)
		remove_tree(stage->top);
	free(stage->name);
	free(stage->top);
	free(stage->folder);
	list_free(&stage->patches);
}

static int fail(const struct stage *stage, const char *path, int err)
{
	buf_printf(stage->why, "cannot write %s: %s", path, strerror(-err));
	return err;
}

static int put_text(const struct stage *stage, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", stage->folder, name);
	int err = file_write(path, content, strlen(content));

	return err ? fail(stage, path, err) : 0;
}

/* Put a link to FROM, a file or folder, into the bundle as NAME. */
static int put_link(const struct stage *stage, const char *name, const char *from)
{
	cleanup_free char *path = text("%s/%s", stage->folder, name);

	return symlink(from, path) ? fail(stage, path, -errno) : 0;
}

static int put_linkf(const struct stage *stage, const char *name, const char *folder,
		     const char *file)
{
	cleanup_free char *from = text("%s/%s", folder, file);

	return put_link(stage, name, from);
}

/* "vfiolab-KERNEL-MACHINE-FAMILY-SCENARIO-DUT", with "-MODE" unless that is type1 */
static char *bundle_name(const struct record *record)
{
	cleanup_free char *place = record_place(record);
	char *name = text("vfiolab-%s-%s-%s-%s", record->kernel, record->machine, record->scenario,
			  place);

	for (char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("._+-", *at))
			*at = '-';
	return name;
}

static int stage_make(struct stage *stage)
{
	cleanup_free char *repro = text("%s/repro", stage->pack->settings->out);
	cleanup_free char *kernel = NULL;
	int err = make_folders(repro);

	stage->name = bundle_name(stage->pack->recorded);
	stage->top = text("%s/.XXXXXX", repro);
	if (err || !mkdtemp(stage->top)) {
		err = err ?: -errno;
		free(steal(stage->top));
		return fail(stage, repro, err);
	}
	stage->folder = text("%s/%s", stage->top, stage->name);
	kernel = text("%s/kernel", stage->folder);
	err = make_folders(kernel);
	return err ? fail(stage, kernel, err) : 0;
}

static int put_kernel(const struct stage *stage)
{
	const struct job *job = stage->pack->job;
	cleanup_free char *folder = text("%s/kernels/%s", stage->pack->settings->out, job->kernel);

	return put_linkf(stage, BUNDLE_VMLINUX, folder, "vmlinux")
		       ?: put_linkf(stage, "kernel/config", folder, "config")
		       ?: put_linkf(stage, "kernel/meta", folder, "meta");
}

static int is_visible(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

/* Add the names of the files below FOLDER/NAME to NAMES, sorted, as paths relative to FOLDER. */
static void list_files(const char *folder, const char *name, struct list *names)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	struct dirent **entries;
	int count = scandir(path, &entries, is_visible, alphasort);

	if (count < 0) {
		list_add(names, name);
		return;
	}
	for (int i = 0; i < count; i++) {
		cleanup_free char *below = text("%s/%s", name, entries[i]->d_name);

		list_files(folder, below, names);
		free(entries[i]);
	}
	free(entries);
}

/* The user's parts: patches on the tree, and what KDIR= had beyond its last commit. */
static int put_patches(struct stage *stage)
{
	static const char *const parts[] = {"patches", "kdir.diff"};
	cleanup_free char *folder =
		text("%s/kernels/%s", stage->pack->settings->out, stage->pack->job->kernel);
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && !err; i++) {
		cleanup_free char *path = text("%s/%s", folder, parts[i]);

		if (access(path, R_OK))
			continue;
		list_files(folder, parts[i], &stage->patches);
		err = put_link(stage, parts[i], path);
	}
	return err;
}

/*
 * Put the files that MODEL reads into the bundle. Returns its parameters with the new paths, or
 * NULL. The caller frees them.
 */
static char *put_model_files(const struct stage *stage, const struct machine_model *model)
{
	const char *rest = model->params, *file;
	cleanup_buf struct buf params = BUF_INIT;
	unsigned int count = 0;
	size_t len;

	while ((file = model_file(rest, &len))) {
		cleanup_free char *name = count ? text("model-%s.%u.txt", model->name, ++count)
						: text("model-%s.txt", model->name);
		cleanup_free char *from = model_file_path(stage->pack->machine, file, len);

		count += !count;
		if (put_link(stage, name, from))
			return NULL;
		buf_printf(&params, "%.*s%s", (int)(file - rest), rest, name);
		rest = file + len;
	}
	buf_puts(&params, rest);
	return buf_steal(&params);
}

static int add_models(const struct stage *stage, struct bundle *bundle)
{
	const struct machine *machine = stage->pack->machine;

	for (size_t i = 0; i < machine->model_count; i++) {
		const struct machine_model *model = &machine->models[i];
		struct bundle_model *added = array_add(&bundle->models);

		*added = (struct bundle_model){
			.name = text("%s", model->name),
			.model = text("%s", model->model),
			.params = put_model_files(stage, model),
			.fault = model->fault ? text("%s", model->fault) : NULL,
		};
		if (!added->params)
			return -EIO;
	}
	return 0;
}

/* What differs between two runs with the same results is left out: the bundle is then the same. */
static void copy_record(const struct pack *pack, struct record *record)
{
	json_copy(&record_type, record, pack->recorded);
	record->number = record->attempt = record->guest = record->lane = 0;
	record->result.ms = record->result.host_ms = 0;
}

static void copy_job(const struct pack *pack, struct job *job)
{
	char **const paths[] = {&job->vmlinux, &job->initrd, &job->xml,	    &job->common,
				&job->device,  &job->run,    &job->streams, &job->console,
				&job->kept,    &job->traces};

	job_copy(job, pack->job);
	job->kind = JOB_CASES;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		free(steal(*paths[i]));
}

static int put_case(const struct stage *stage)
{
	const struct pack *pack = stage->pack;
	cleanup_bundle struct bundle bundle = {
		.lab = text("%s", pack->settings->version),
		.promise = text("%s", pack->promise),
	};
	cleanup_free char *json = NULL;
	cleanup_free char *content = NULL;
	int err = add_models(stage, &bundle);

	if (err)
		return err;
	copy_record(pack, &bundle.recorded);
	copy_job(pack, &bundle.job);
	json = json_write(&bundle_type, &bundle, true);
	content = text("%s\n", json);
	return put_text(stage, BUNDLE_CASE, content);
}

static int put_plan(const struct stage *stage)
{
	const struct pack *pack = stage->pack;
	cleanup_buf struct buf plan = BUF_INIT;

	guest_plan(pack->job, pack->machine, 0, true, pack->job->scale, &plan);
	return put_text(stage, BUNDLE_PLAN, plan.data);
}

/* The ACPI table of the machine, if it has one. */
static int put_acpi(const struct stage *stage)
{
	cleanup_free char *path = text("%s/" BUNDLE_ACPI, stage->folder);
	cleanup_buf struct buf table = BUF_INIT;
	int err;

	acpi_table(stage->pack->machine, &table);
	err = table.len ? file_write(path, table.data, table.len) : 0;
	return err ? fail(stage, path, err) : 0;
}

static int put_qemu(const struct stage *stage, const char *version)
{
	const struct pack *pack = stage->pack;
	cleanup_list struct list devices = {0};
	cleanup_free char *lines = list_join(pack->arguments, "\n");
	cleanup_free char *arguments = text("%s\n", lines);
	cleanup_buf struct buf needs = BUF_INIT;

	qemu_devices(pack->arguments, &devices);
	buf_printf(&needs, "qemu %s\naccel %s\n", version, pack->job->accel);
	for (size_t i = 0; i < devices.count; i++)
		buf_printf(&needs, "device %s\n", devices.items[i]);
	return put_text(stage, BUNDLE_QEMU, arguments)
		       ?: put_text(stage, "requirements", needs.data)
		       ?: put_text(stage, "machine.xml", pack->xml);
}

static int put_programs(const struct stage *stage)
{
	const struct settings *settings = stage->pack->settings;
	cleanup_free char *initrd =
		text("%s/images/%s.cpio", settings->out, stage->pack->job->kernel);
	int err = put_link(stage, BUNDLE_INITRD, initrd)
			  ?: put_linkf(stage, "replay", settings->out, "libexec/replay")
			  ?: put_linkf(stage, "run", settings->top, "runner/bundle/run");

	if (!err && stage->pack->machine->model_count)
		err = put_linkf(stage, BUNDLE_DEVICE, settings->out, "libexec/device");
	return err;
}

/* Fill the folder of the bundle. */
static int fill(struct stage *stage)
{
	cleanup_free char *version = qemu_version();
	cleanup_free char *readme = NULL;
	int err = put_kernel(stage) ?: put_patches(stage) ?: put_programs(stage) ?: put_case(stage)
		  ?: put_plan(stage) ?: put_acpi(stage) ?: put_qemu(stage, version);

	if (err)
		return err;
	readme = pack_readme(stage->pack, version, &stage->patches);
	return put_text(stage, "README", readme);
}

/* Run the script pack, which prints errors itself. */
static int archive(const struct stage *stage, char **path)
{
	cleanup_free char *command = text("'%s/runner/bundle/pack' '%s' '%s'",
					  stage->pack->settings->top, stage->top, stage->name);
	FILE *out = popen(command, "re");
	cleanup_free char *line = NULL;
	size_t size = 0;
	ssize_t len = out ? getline(&line, &size, out) : -1;

	if (!out || pclose(out) || len <= 0)
		return -EIO;
	line[strcspn(line, "\n")] = '\0';
	*path = steal(line);
	return 0;
}

char *qemu_version(void)
{
	FILE *out = popen("qemu-system-x86_64 --version", "re");
	cleanup_free char *line = NULL;
	size_t size = 0;
	bool known = out && getline(&line, &size, out) > 0;

	if (out)
		pclose(out);
	return text("%.*s", known ? (int)strcspn(line, "\n") : 7, known ? line : "unknown");
}

void pack_place(struct job *job)
{
	free(job->run);
	free(job->vmlinux);
	free(job->initrd);
	free(job->console);
	job->run = text(QEMU_RUN);
	job->vmlinux = text(QEMU_VMLINUX);
	job->initrd = text(QEMU_INITRD);
	job->console = text(QEMU_CONSOLE);
}

int pack_write(const struct pack *pack, char **path, struct buf *why)
{
	__attribute__((cleanup(stage_free))) struct stage stage = {.pack = pack, .why = why};

	return stage_make(&stage) ?: fill(&stage) ?: archive(&stage, path);
}
