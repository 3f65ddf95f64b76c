// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/gdb-script.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/guest/gdb-modules.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Where kernels are built (kernel/run-in-build). */
#define BUILT_SOURCE "/tmp/linux/source"
#define BUILT_BUILD  "/tmp/linux/build"

/* NAME in the folder of the job's kernel, without symbolic links; NULL if there is none. */
static char *in_kernel(const struct job *job, const char *name)
{
	cleanup_free char *path = text("%.*s/%s", (int)(strrchr(job->vmlinux, '/') - job->vmlinux),
				       job->vmlinux, name);

	return realpath(path, NULL);
}

bool gdb_has_lines(const struct job *job)
{
	cleanup_free char *path = in_kernel(job, "config");
	cleanup_free char *config = NULL;

	return path && !file_read(path, &config, NULL) && strstr(config, "\nCONFIG_DEBUG_INFO=y");
}

static void add_sources(const struct job *job, struct buf *script)
{
	cleanup_free char *source = in_kernel(job, "source");
	cleanup_free char *build = in_kernel(job, "build");

	if (source)
		buf_printf(script, "set substitute-path " BUILT_SOURCE " %s\n", source);
	if (build)
		buf_printf(script, "set substitute-path " BUILT_BUILD " %s\n", build);
}

/*
 * The kernel's own commands (lx-...) are Python modules, partly in the source, partly in the build.
 * A gdb without Python stops at them, so they come last. Python must not write into the cache.
 */
static void add_commands(const struct job *job, struct buf *script)
{
	cleanup_free char *commands = in_kernel(job, "source/scripts/gdb/vmlinux-gdb.py");
	cleanup_free char *constants = in_kernel(job, "build/scripts/gdb/linux/constants.py");

	if (!commands || !constants)
		return;
	*strrchr(constants, '/') = '\0';
	buf_printf(
		script,
		"python\nimport sys\nsys.dont_write_bytecode = True\n"
		"sys.path.insert(0, \"%.*s\")\nimport linux\nlinux.__path__.append(\"%s\")\nend\n"
		"source %s\n",
		(int)(strrchr(commands, '/') - commands), commands, constants, commands);
}

int gdb_script_write(const struct job *job, const char *path, struct buf *why)
{
	cleanup_free char *modules = gdb_modules_path(job);
	cleanup_free char *symbols = in_kernel(job, "build/vmlinux") ?: in_kernel(job, "vmlinux");
	cleanup_buf struct buf script = BUF_INIT;
	int err;

	buf_printf(&script,
		   "# Made by vfiolab run --gdb; see docs/debugging.md.\nset confirm off\n");
	add_sources(job, &script);
	buf_printf(&script, "file %s\ntarget remote %s\n", symbols ?: job->vmlinux, job->gdb);
	buf_printf(&script,
		   "define case\ncontinue\nsource %s\n"
		   "echo \\nThe case begins at the next \"continue\".\\n\nend\n"
		   "document case\nRun the guest to the beginning of the case, and load the "
		   "symbols of modules.\nend\n"
		   "echo \\nThe guest waits at its first instruction. \"case\" runs it to the "
		   "beginning of the case.\\n\n",
		   modules);
	add_commands(job, &script);
	err = file_write(path, script.data, script.len);
	if (err)
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	return err;
}
