// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/kconfig.h"
#include "kernel/tools/lib/kconfig-expr.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

/* A kernel of two Kconfig files, in a folder that is removed with it. */
struct kernel {
	char *folder;
	struct ktree tree;
	struct kvalues values;
};

static void put(const struct kernel *kernel, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", kernel->folder, name);

	if (file_write(path, content, strlen(content)))
		abort();
}

static void kernel_free(struct kernel *kernel)
{
	static const char *const names[] = {"Kconfig", "Kconfig.x86", "values"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_free char *path = text("%s/%s", kernel->folder, names[i]);

		unlink(path);
	}
	rmdir(kernel->folder);
	free(kernel->folder);
	ktree_free(&kernel->tree);
	kvalues_free(&kernel->values);
}

#define cleanup_kernel __attribute__((cleanup(kernel_free)))

static struct kernel kernel_make(const char *kconfig, const char *values)
{
	struct kernel kernel = {.folder = text("/tmp/kconfig-XXXXXX")};
	cleanup_free char *path = text("%s/values", kernel.folder);

	if (!mkdtemp(kernel.folder))
		abort();
	free(steal(path));
	path = text("%s/values", kernel.folder);
	put(&kernel, "values", values);
	put(&kernel, "Kconfig", "source \"Kconfig.$(SRCARCH)\"\nsource \"not/there\"\n");
	put(&kernel, "Kconfig.x86", kconfig);
	if (ktree_read(kernel.folder, &kernel.tree) || kvalues_add(path, &kernel.values))
		abort();
	kvalues_sort(&kernel.values);
	return kernel;
}

struct expr_case {
	const char *expr;
	int value;
	const char *unmet; /* for y */
};

static const struct expr_case exprs[] = {
	{"Y", TRI_Y, ""},
	{"M", TRI_M, "M [=m]"},
	{"N", TRI_N, "N [=n]"},
	{"NOT_THERE", TRI_N, "NOT_THERE [=n]"},
	{"!N", TRI_Y, ""},
	{"!M", TRI_M, "!M [=m]"},
	{"!!Y", TRI_Y, ""},
	{"Y && M && N", TRI_N, "M [=m]; N [=n]"},
	{"N || M", TRI_M, "N [=n] || M [=m]"},
	{"N && Y || M", TRI_M, "N [=n] && Y [=y] || M [=m]"},
	{"Y && (N || !Y)", TRI_N, "(N [=n] || !Y [=y])"},
	{"NAME = \"lab\"", TRI_Y, ""},
	{"NAME!=\"lab\"", TRI_N, "NAME [=\"lab\"] != \"lab\""},
	{"NUMBER >= 64", TRI_N, "NUMBER [=8] >= 64"},
	{"NUMBER < 0x10", TRI_Y, ""},
	{"M=m && Y!=n", TRI_Y, ""},
	{"m", TRI_M, "m"},
	{"$(cc-option,-mfoo $(x)) && N", TRI_N, "N [=n]"},
	{"", -EINVAL, ""},
	{"Y &&", -EINVAL, ""},
	{"(Y", -EINVAL, ""},
	{"Y Y", -EINVAL, ""},
	{"\"open", -EINVAL, ""},
};

TEST expr(const struct expr_case *c)
{
	cleanup_kernel struct kernel kernel =
		kernel_make("", "CONFIG_Y=y\nCONFIG_M=m\n# CONFIG_N is not "
				"set\nCONFIG_NAME=\"lab\"\nCONFIG_NUMBER=8\n");
	cleanup_list struct list unmet = {};
	cleanup_free char *joined = NULL;

	ASSERT_EQ_FMTm(c->expr, c->value, expr_unmet(c->expr, &kernel.values, TRI_Y, &unmet), "%d");
	joined = list_join(&unmet, "; ");
	ASSERT_STR_EQm(c->expr, c->unmet, joined);
	PASS();
}

TEST deep_expr_is_refused(void)
{
	cleanup_free char *deep = malloc(100001);
	struct kvalues none = KVALUES_INIT;

	ASSERT(deep);
	memset(deep, '(', 100000);
	deep[100000] = 0;
	ASSERT_EQ_FMT(-EINVAL, expr_value(deep, &none), "%d");
	memset(deep, '!', 100000);
	ASSERT_EQ_FMT(-EINVAL, expr_value(deep, &none), "%d");
	PASS();
}

struct check_case {
	const char *name;
	const char *asked;
	const char *report;
};

static const char kconfig[] = "config VFIO\n"
			      "\ttristate \"VFIO\"\n"
			      "\tdepends on IOMMU_API && \\\n"
			      "\t\tMMU\n"
			      "\thelp\n"
			      "\t  config NOT_AN_OPTION\n"
			      "\n"
			      "\t  depends on nothing\n"
			      "if VFIO\n"
			      "menu \"drivers\"\n"
			      "\tdepends on !QUIET\n"
			      "config VFIO_VGA\n"
			      "\tbool \"the word if is here\" if EXPERT\n"
			      "\tdepends on VGA_ARB # why\n"
			      "endmenu\n"
			      "endif\n"
			      "config RAS\n"
			      "\tbool\n"
			      "config AER\n"
			      "\tdef_bool y\n"
			      "\tselect RAS if MMU\n"
			      "\tselect RAS if NOTHING\n"
			      "choice\n"
			      "\tprompt \"unwinder\"\n"
			      "config UNWIND_ORC\n"
			      "\tbool \"orc\"\n"
			      "config UNWIND_FP\n"
			      "\tbool \"fp\"\n"
			      "endchoice\n"
			      "config COUNT\n"
			      "\tint \"how many\"\n"
			      "\trange 2 8\n"
			      "config ON_M\n"
			      "\tbool \"on m\"\n"
			      "\tdepends on MODULAR && NONE\n"
			      "config TWICE\n"
			      "\tbool \"one\"\n"
			      "\tdepends on A && B\n"
			      "config TWICE\n"
			      "\tbool \"two\"\n"
			      "\tdepends on C\n";

static const char values[] =
	"CONFIG_MMU=y\nCONFIG_AER=y\nCONFIG_RAS=y\nCONFIG_UNWIND_ORC=y\nCONFIG_COUNT=8\n"
	"CONFIG_QUIET=y\nCONFIG_MODULAR=m\n";

static const struct check_case checks[] = {
	{"sticks", "CONFIG_MMU=y\n# CONFIG_FOO is not set\nCONFIG_COUNT=8\n", ""},
	{"dependency", "CONFIG_VFIO=m\n",
	 "CONFIG_VFIO: asked for m, got n: it depends on IOMMU_API [=n]"},
	{"all of them", "CONFIG_VFIO_VGA=y\n",
	 "CONFIG_VFIO_VGA: asked for y, got n: it depends on EXPERT [=n], VGA_ARB [=n], !QUIET "
	 "[=y], VFIO "
	 "[=n]"},
	{"a bool on an m", "CONFIG_ON_M=y\n",
	 "CONFIG_ON_M: asked for y, got n: it depends on NONE [=n]"},
	{"nearest", "CONFIG_TWICE=y\n", "CONFIG_TWICE: asked for y, got n: it depends on C [=n]"},
	{"unknown", "CONFIG_NOT_AN_OPTION=y\n",
	 "CONFIG_NOT_AN_OPTION: asked for y, got n: this kernel has no such option"},
	{"hidden", "# CONFIG_RAS is not set\n", "CONFIG_RAS: asked for n, got y: selected by AER"},
	{"default", "# CONFIG_AER is not set\n",
	 "CONFIG_AER: asked for n, got y: on by default, see Kconfig.x86:19"},
	{"not m", "CONFIG_AER=m\n", "CONFIG_AER: asked for m, got y: it can only be y or n"},
	{"choice", "CONFIG_UNWIND_FP=y\n",
	 "CONFIG_UNWIND_FP: asked for y, got n: it is part of a choice and another option is "
	 "selected, see "
	 "Kconfig.x86:27"},
	{"number", "CONFIG_COUNT=64\n",
	 "CONFIG_COUNT: asked for 64, got 8: its dependencies hold; the compiler's abilities or a "
	 "range may "
	 "forbid it, see Kconfig.x86:30"},
	{"the latter counts", "CONFIG_VFIO=m\n# CONFIG_VFIO is not set\n", ""},
};

TEST check(const struct check_case *c)
{
	cleanup_kernel struct kernel kernel = kernel_make(kconfig, values);
	cleanup_kvalues struct kvalues asked = KVALUES_INIT;
	cleanup_list struct list report = {};
	cleanup_free char *path = text("%s/values", kernel.folder);
	cleanup_free char *joined = NULL;

	put(&kernel, "values", c->asked);
	ASSERT_EQ(0, kvalues_add(path, &asked));
	ASSERT_EQ_FMTm(c->name, *c->report ? 1 : 0,
		       kconfig_check(&asked, &kernel.values, &kernel.tree, &report), "%d");
	joined = list_join(&report, "\n");
	ASSERT_STR_EQm(c->name, c->report, joined);
	PASS();
}

TEST odd_files_do_no_harm(const char *odd)
{
	cleanup_kernel struct kernel kernel = kernel_make(odd, values);

	PASS();
}

static const char *const odd[] = {
	"",
	"endif\nendmenu\nendchoice\n",
	"config\n\tbool \"x\n",
	"depends on X\nselect Y\nhelp\n",
	"source \"Kconfig.x86\"\n",
	"config X\n\thelp",
	"config X\n\tbool \"x\" \\\n",
	"\\\n\\\n\\",
	"if\nconfig X\n",
};

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(exprs); i++)
		RUN_TEST1(expr, &exprs[i]);
	RUN_TEST(deep_expr_is_refused);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		RUN_TEST1(check, &checks[i]);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		RUN_TEST1(odd_files_do_no_harm, odd[i]);
	GREATEST_MAIN_END();
}
