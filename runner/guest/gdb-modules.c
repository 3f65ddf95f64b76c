// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/gdb-modules.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"

#include <errno.h>
#include <string.h>

#define HEX_DIGITS "0123456789abcdefABCDEF"
#define WORD	   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

/* Where the files of a kernel's modules are. */
struct module_files {
	char *kernel;	  /* its folder */
	char *release;	  /* "5.10.223" */
	struct list kept; /* paths below lib/modules/RELEASE */
};

static void module_files_free(struct module_files *files)
{
	free(files->kernel);
	free(files->release);
	list_free(&files->kept);
}

/* The folder of the file PATH. */
static char *folder_of(const char *path)
{
	return text("%.*s", (int)(strrchr(path, '/') - path), path);
}

char *gdb_modules_path(const struct job *job)
{
	cleanup_free char *folder = folder_of(job->gdb);

	return text("%s/modules.gdb", folder);
}

static void read_files(const struct job *job, struct module_files *files)
{
	cleanup_free char *order = NULL;
	cleanup_free char *path = NULL;
	cleanup_free char *of_release = NULL;

	files->kernel = folder_of(job->vmlinux);
	of_release = text("%s/release", files->kernel);
	if (file_read(of_release, &files->release, NULL))
		return;
	files->release[strcspn(files->release, "\n")] = '\0';
	path = text("%s/lib/modules/%s/modules.order", files->kernel, files->release);
	if (!file_read(path, &order, NULL))
		list_add_split(&files->kept, order, "\n");
}

/* Whether PATH is the file of MODULE: "vfio-pci.ko" is that of vfio_pci. */
static bool is_file_of(const char *path, const char *module)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

	for (; *module; module++, name++)
		if (*name != *module && !(*module == '_' && *name == '-'))
			return false;
	return !strcmp(name, ".ko");
}

/* The first of these paths that exists, or NULL. Frees the others. */
static char *first_readable(char *path, char *other)
{
	char *found = !access(path, R_OK) ? path : !access(other, R_OK) ? other : NULL;

	if (found != path)
		free(path);
	if (found != other)
		free(other);
	return found;
}

/*
 * The file with the symbols of MODULE, or NULL: as built, with debug information if the kernel has
 * it, or else as installed. The lab's own modules are beside the kernel.
 */
static char *find_file(const struct module_files *files, const char *module)
{
	cleanup_free char *dashed = text("%s", module);

	for (size_t i = 0; i < files->kept.count; i++) {
		const char *kept = files->kept.items[i];

		if (is_file_of(kept, module))
			return first_readable(
				text("%s/build/%s", files->kernel,
				     strncmp(kept, "kernel/", 7) ? kept : kept + 7),
				text("%s/lib/modules/%s/%s", files->kernel, files->release, kept));
	}
	for (char *at = dashed; *at; at++)
		if (*at == '_')
			*at = '-';
	return first_readable(text("%s.modules/lib/modules/%s/extra/%s.ko", files->kernel,
				   files->release ?: "", dashed),
			      text("%s.modules/lib/modules/%s/extra/%s.ko", files->kernel,
				   files->release ?: "", module));
}

/* One line of the guest. The words are parts of it. */
struct module_section {
	char *module;
	char *name;
	char *address;
};

static bool is_word(const char *word, const char *characters)
{
	return word && *word && !word[strspn(word, characters)];
}

static int parse_line(char *line, struct module_section *section, struct buf *why)
{
	char *rest = line;

	section->module = strsep(&rest, " ");
	section->name = strsep(&rest, " ");
	section->address = strsep(&rest, " ");
	if (is_word(section->module, WORD) && is_word(section->name, WORD) && !rest &&
	    section->address && !strncmp(section->address, "0x", 2) &&
	    is_word(section->address + 2, HEX_DIGITS))
		return 0;
	buf_puts(why, "the guest's list of modules is malformed");
	return -EINVAL;
}

/* .text comes first in each module. */
static void add_section(const struct module_files *files, const struct module_section *section,
			bool *known, struct buf *script)
{
	cleanup_free char *path = NULL;

	if (strcmp(section->name, ".text")) {
		if (*known)
			buf_printf(script, " -s %s %s", section->name, section->address);
		return;
	}
	path = find_file(files, section->module);
	*known = path;
	if (path)
		buf_printf(script, "\nadd-symbol-file %s %s", path, section->address);
}

int gdb_modules_write(const struct job *job, const char *addresses, struct buf *why)
{
	__attribute__((cleanup(module_files_free))) struct module_files files = {0};
	cleanup_free char *path = gdb_modules_path(job);
	cleanup_free char *copy = text("%s", addresses);
	cleanup_buf struct buf script = BUF_INIT;
	bool known = false;
	char *rest = copy;
	int err = 0;

	read_files(job, &files);
	buf_puts(&script, "# The modules of the guest when its case began.");
	for (char *line; !err && (line = strsep(&rest, "\n"));) {
		struct module_section section;

		if (!*line)
			continue;
		err = parse_line(line, &section, why);
		if (!err)
			add_section(&files, &section, &known, &script);
	}
	buf_puts(&script, "\n");
	if (err)
		return err;
	err = file_write(path, script.data, script.len);
	if (err)
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	return err;
}
