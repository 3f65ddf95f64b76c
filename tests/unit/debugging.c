// SPDX-License-Identifier: GPL-2.0-only
/* What debugging needs of files: the addresses of modules for gdb, and consoles as they grow. */
#include "runner/cli/consoles.h"
#include "runner/cli/gdb-script.h"
#include "runner/guest/gdb-modules.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

/* A kernel with two modules, of which one is also in build/, and the lab's own module beside it. */
static const char *const files[][2] = {
	{"kernel/release", "5.10.0\n"},
	{"kernel/config", "CONFIG_X=y\nCONFIG_DEBUG_INFO=y\n"},
	{"kernel/vmlinux", ""},
	{"kernel/build/vmlinux", ""},
	{"kernel/build/drivers/vfio/pci/vfio-pci.ko", ""},
	{"kernel/lib/modules/5.10.0/modules.order",
	 "kernel/drivers/vfio/pci/vfio-pci.ko\nkernel/drivers/vfio/vfio.ko\n"},
	{"kernel/lib/modules/5.10.0/kernel/drivers/vfio/pci/vfio-pci.ko", ""},
	{"kernel/lib/modules/5.10.0/kernel/drivers/vfio/vfio.ko", ""},
	{"kernel.modules/lib/modules/5.10.0/extra/edu-vfio-pci.ko", ""},
};

/* A folder below /tmp with these files, and a job for the kernel. */
struct bench {
	char path[32];
	char vmlinux[64], gdb[64], console[64];
	struct job job;
};

static void put(const struct bench *bench, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", bench->path, name);
	cleanup_free char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);

	if (make_folders(folder) || file_write(path, content, strlen(content)))
		abort();
}

static void bench_make(struct bench *bench)
{
	*bench = (struct bench){.path = "/tmp/debugging-XXXXXX"};
	if (!mkdtemp(bench->path))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(bench, files[i][0], files[i][1]);
	snprintf(bench->vmlinux, sizeof(bench->vmlinux), "%s/kernel/vmlinux", bench->path);
	snprintf(bench->gdb, sizeof(bench->gdb), "%s/gdb.socket", bench->path);
	snprintf(bench->console, sizeof(bench->console), "%s/console", bench->path);
	bench->job = (struct job){.kernel = (char *)"base",
				  .machine = (char *)"pci",
				  .vmlinux = bench->vmlinux,
				  .gdb = bench->gdb,
				  .console = bench->console};
}

static void bench_free(struct bench *bench)
{
	remove_tree(bench->path);
}
#define cleanup_bench __attribute__((cleanup(bench_free)))

/* The script without its comment, with the folder cut from all paths. The caller frees it. */
static char *script_for(struct bench *bench, const char *addresses, int *err)
{
	cleanup_buf struct buf why = BUF_INIT, cut = BUF_INIT;
	cleanup_free char *path = gdb_modules_path(&bench->job);
	cleanup_free char *script = NULL;
	const char *at, *next;

	*err = gdb_modules_write(&bench->job, addresses, &why);
	if (*err || file_read(path, &script, NULL))
		return NULL;
	at = strchr(script, '\n') + 1;
	while ((next = strstr(at, bench->path))) {
		buf_add(&cut, at, (size_t)(next - at));
		at = next + strlen(bench->path);
	}
	buf_puts(&cut, at);
	return buf_steal(&cut);
}

TEST modules_are_found_as_built_or_as_installed(void)
{
	cleanup_bench struct bench bench;
	cleanup_free char *script = NULL;
	int err;

	bench_make(&bench);
	script = script_for(&bench,
			    "vfio_pci .text 0xffffffffa0001000\n"
			    "vfio_pci .data..read_mostly 0xffffffffa0003000\n"
			    "stranger .text 0xffffffffa0004000\n"
			    "stranger .data 0xffffffffa0005000\n"
			    "vfio .text 0xffffffffa0006000\n"
			    "edu_vfio_pci .text 0xffffffffa0007000\n",
			    &err);
	ASSERT_EQ(0, err);
	ASSERT_STR_EQ(
		"add-symbol-file /kernel/build/drivers/vfio/pci/vfio-pci.ko 0xffffffffa0001000"
		" -s .data..read_mostly 0xffffffffa0003000\n"
		"add-symbol-file /kernel/lib/modules/5.10.0/kernel/drivers/vfio/vfio.ko "
		"0xffffffffa0006000\n"
		"add-symbol-file /kernel.modules/lib/modules/5.10.0/extra/edu-vfio-pci.ko "
		"0xffffffffa0007000\n",
		script);
	PASS();
}

/* gdb would execute what a hostile guest puts into the script. */
TEST malformed_addresses_are_refused(const char *line)
{
	cleanup_bench struct bench bench;
	cleanup_free char *script = NULL;
	int err;

	bench_make(&bench);
	script = script_for(&bench, line, &err);
	ASSERT_EQ_FMT(-EINVAL, err, "%d");
	PASS();
}

static const char *const malformed[] = {
	"vfio .text",	      "vfio .text 1000",       "vfio .text 0x", "vfio .text 0x10 more",
	"../vfio .text 0x10", "vfio .text;shell 0x10", " .text 0x10",
};

TEST the_script_has_symbols_and_socket(void)
{
	cleanup_bench struct bench bench;
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *path = NULL;
	cleanup_free char *script = NULL;
	cleanup_free char *symbols = NULL;
	cleanup_free char *target = NULL;

	bench_make(&bench);
	ASSERT(gdb_has_lines(&bench.job));
	path = text("%s/guest.gdb", bench.path);
	ASSERT_EQ(0, gdb_script_write(&bench.job, path, &why));
	ASSERT_EQ(0, file_read(path, &script, NULL));
	symbols = text("\nfile %s/kernel/build/vmlinux\n", bench.path);
	target = text("\ntarget remote %s/gdb.socket\n", bench.path);
	ASSERT(strstr(script, symbols));
	ASSERT(strstr(script, target));
	ASSERT(strstr(script, target) > strstr(script, symbols));
	put(&bench, "kernel/config", "CONFIG_X=y\n# CONFIG_DEBUG_INFO is not set\n");
	ASSERT(!gdb_has_lines(&bench.job));
	PASS();
}

/* A line appears once it is complete, and bytes that a terminal would obey do not. */
TEST consoles_are_read_by_lines(void)
{
	cleanup_bench struct bench bench;
	struct consoles consoles = {0};
	struct plan plan = {.jobs = &bench.job, .count = 1};
	cleanup_list struct list lines = {0};

	bench_make(&bench);
	consoles_watch(&consoles, &plan);
	consoles_read(&consoles, &lines);
	ASSERT_EQ(0, lines.count);
	put(&bench, "console", "[ 1.0] one\r\n[ 1.1] t\033wo");
	consoles_read(&consoles, &lines);
	ASSERT_EQ(1, lines.count);
	ASSERT_STR_EQ("base/pci| [ 1.0] one", lines.items[0]);
	put(&bench, "console", "[ 1.0] one\r\n[ 1.1] t\033wo\r\n");
	consoles_read(&consoles, &lines);
	consoles_read(&consoles, &lines);
	ASSERT_EQ(2, lines.count);
	ASSERT_STR_EQ("base/pci| [ 1.1] t?wo", lines.items[1]);
	consoles_free(&consoles);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(modules_are_found_as_built_or_as_installed);
	for (size_t i = 0; i < ARRAY_SIZE(malformed); i++)
		RUN_TESTp(malformed_addresses_are_refused, malformed[i]);
	RUN_TEST(the_script_has_symbols_and_socket);
	RUN_TEST(consoles_are_read_by_lines);
	GREATEST_MAIN_END();
}
