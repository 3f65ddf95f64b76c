// SPDX-License-Identifier: GPL-2.0-only
/* Mutants of a small source: what each operator makes of it, and in which order they are drawn. */
#include "kernel/tools/lib/draw.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

static struct csource source;
static struct mutants mutants;

static void forget(void *unused)
{
	(void)unused;
	mutants_free(&mutants);
	csource_free(&source);
}

/* Finds the mutants of a function with this BODY. */
static void find(const char *type, const char *body)
{
	cleanup_buf struct buf why = BUF_INIT;

	forget(NULL);
	if (csource_parse(text("static %s f(int a)\n{\n%s}\n", type, body), &source, &why)) {
		fprintf(stderr, "%s\n", why.data);
		abort();
	}
	mutants_find(&source, &mutants);
}

/* Returns the mutants of OPERATION, as "OLD=>NEW" with ", " between them. */
static const char *made(const char *operation)
{
	static char result[1024];
	size_t len = 0;

	*result = '\0';
	for (size_t i = 0; i < mutants.count; i++) {
		const struct mutant *mutant = &mutants.items[i];

		if (strcmp(mutant->operation, operation))
			continue;
		len += (size_t)snprintf(result + len, sizeof(result) - len, "%s%.*s=>%s",
					len ? ", " : "", (int)(mutant->to - mutant->from),
					source.data + mutant->from, mutant->text);
	}
	return result;
}

TEST conditions(void)
{
	find("int", "if (a == 1 && b)\n c();\nwhile (d)\n e();\nif (a != 1)\n return 2;\n");
	ASSERT_STR_EQ("(a == 1 && b)=>(!(a == 1 && b)), ===>!=, (d)=>(!(d)), (a != 1)=>(!(a != 1))",
		      made("negate"));
	ASSERT_STR_EQ("&&=>||", made("connective"));
	PASS();
}

TEST boundaries(void)
{
	find("int", "return a < b || a >= b->c << 3;\n");
	ASSERT_STR_EQ("<=><=, >==>>", made("boundary"));
	PASS();
}

TEST constants(void)
{
	find("int", "u8 name[4];\nu32 x = 0;\na = sizeof(x) + 0x10;\n");
	ASSERT_STR_EQ("0=>(0 + 1), sizeof(x)=>(sizeof(x) + 1), sizeof(x)=>(sizeof(x) - 1), "
		      "0x10=>(0x10 + 1), 0x10=>(0x10 - 1)",
		      made("constant"));
	PASS();
}

TEST errors(void)
{
	find("int", "if (a)\n return -EINVAL;\nret = -EFAULT;\na = -EX + -b;\nreturn ret;\n");
	ASSERT_STR_EQ("-EINVAL=>0, -EFAULT=>0, ret=>0", made("error-to-0"));
	ASSERT_STR_EQ("EINVAL=>ENOTTY, EFAULT=>EINVAL", made("other-errno"));
	PASS();
}

TEST statements(void)
{
	find("int", "int x = 1, *y = z;\nstruct t *p;\nfor (i = 0; i < 2; i++)\n  *y = 1;\n"
		    "p->count++;\nmutex_unlock(&p->lock);\nflags |= X;\nflags &= ~Y;\n"
		    "pr_info(\"a\");\nlist_for_each_entry(p, q, r) {\n  s();\n}\nout:\n  u(v);\n");
	ASSERT_STR_EQ("*y = 1;=>;, p->count++;=>;", made("drop-assignment"));
	ASSERT_STR_EQ("mutex_unlock(&p->lock);=>;, s();=>;, u(v);=>;", made("drop-call"));
	ASSERT_STR_EQ("flags |= X;=>;, flags &= ~Y;=>;", made("drop-bits"));
	PASS();
}

TEST early_returns(void)
{
	find("void", "a();\n");
	ASSERT_STR_EQ("a();=>return;", made("return-early"));
	find("void *", "a = 1;\n");
	ASSERT_STR_EQ("a = 1;=>return 0;", made("return-early"));
	PASS();
}

TEST arguments(void)
{
	find("int", "a(b, c, \"d\");\ne(f, f);\ng(&h, i);\n"
		    "j(k(l, m), n);\nif (o(p, q))\n  r();\n");
	ASSERT_STR_EQ("b, c=>c, b, k(l, m), n=>n, k(l, m), l, m=>m, l, p, q=>q, p",
		      made("swap-arguments"));
	PASS();
}

TEST no_code_no_mutants(void)
{
	find("int", "/* if (a < 1) */\n#define X(a) \\\n  if (a < 1)\n// b = 1;\n");
	ASSERT_EQ_FMT(0UL, (unsigned long)mutants.count, "%lu");
	PASS();
}

TEST unpaired_bracket(void)
{
	cleanup_buf struct buf why = BUF_INIT;

	forget(NULL);
	ASSERT_EQ(-EINVAL, csource_parse(strdup("int f(void)\n{\n\n)"), &source, &why));
	ASSERT_STR_EQ("line 4: a bracket closes none", why.data);
	PASS();
}

/* A folder with one source, and the list of its reached lines. */
struct kernel {
	char folder[32];
	char *code, *lines;
};

static void kernel_free(struct kernel *kernel)
{
	remove_tree(kernel->folder);
	free(kernel->code);
	free(kernel->lines);
}

static void write_text(const char *path, const char *content)
{
	if (file_write(path, content, strlen(content)))
		abort();
}

static void kernel_make(struct kernel *kernel)
{
	*kernel = (struct kernel){.folder = "/tmp/mutants-XXXXXX"};
	if (!mkdtemp(kernel->folder))
		abort();
	kernel->code = text("%s/a.c", kernel->folder);
	kernel->lines = text("%s/lines", kernel->folder);
	write_text(kernel->code, "int f(int a)\n{\n\tif (a < 1)\n\t\treturn -EINVAL;\n"
				 "\tb(a,\n\t  1);\n\tc();\n}\n");
	write_text(kernel->lines, "a.c\t3\t17\na.c\t4\na.c\t5\n");
}

static void numbers(const struct draw *draw, char result[])
{
	for (size_t i = 0; i < draw->order.count; i++)
		result[i] = (char)('0' + draw->order.items[i].line);
	result[draw->order.count] = '\0';
}

TEST each_line_comes_first_once(void)
{
	__attribute__((cleanup(kernel_free))) struct kernel kernel;
	cleanup_buf struct buf why = BUF_INIT;
	char orders[20][32] = {0};
	bool differ = false;

	kernel_make(&kernel);
	for (unsigned long seed = 0; seed < 20; seed++) {
		cleanup_draw struct draw draw = {0};

		ASSERT_EQ(0, draw_read(kernel.folder, kernel.lines, seed, &draw, &why));
		ASSERT_EQ_FMT(11UL, (unsigned long)draw.order.count, "%lu");
		numbers(&draw, orders[seed]);
		ASSERT(memchr(orders[seed], '3', 3));
		ASSERT(memchr(orders[seed], '4', 3));
		ASSERT(memchr(orders[seed], '5', 3));
		differ |= strcmp(orders[0], orders[seed]) != 0;
	}
	ASSERT(differ);
	PASS();
}

static const struct draw_item *item_of(const struct draw *draw, const char *operation)
{
	for (size_t i = 0; i < draw->order.count; i++) {
		if (!strcmp(draw->order.items[i].mutant->operation, operation))
			return &draw->order.items[i];
	}
	abort();
}

TEST patch_applies(void)
{
	__attribute__((cleanup(kernel_free))) struct kernel kernel;
	cleanup_draw struct draw draw = {0};
	cleanup_buf struct buf why = BUF_INIT, patch = BUF_INIT;

	kernel_make(&kernel);
	ASSERT_EQ(0, draw_read(kernel.folder, kernel.lines, 1, &draw, &why));
	draw_patch(item_of(&draw, "drop-call"), &patch);
	ASSERT_STR_EQ("--- a/a.c\n+++ b/a.c\n@@ -2,7 +2,6 @@\n {\n \tif (a < 1)\n"
		      " \t\treturn -EINVAL;\n-\tb(a,\n-\t  1);\n+\t;\n \tc();\n }\n",
		      patch.data);
	PASS();
}

TEST equivalent_is_recognised(void)
{
	static const char list[] =
		"# why\n\na.c f\n-  if  (a < 1)\n+if (a <= 1)\n nobody passes 1\n";
	__attribute__((cleanup(kernel_free))) struct kernel kernel;
	cleanup_draw struct draw draw = {0};
	cleanup_buf struct buf why = BUF_INIT;

	kernel_make(&kernel);
	ASSERT_EQ(0, draw_read(kernel.folder, kernel.lines, 1, &draw, &why));
	ASSERT_EQ(0, equivalents_parse(span_of(list), &draw.equivalents, &why));
	ASSERT_STR_EQ("nobody passes 1", draw_equivalent(&draw, item_of(&draw, "boundary")));
	ASSERT_EQ(NULL, draw_equivalent(&draw, item_of(&draw, "negate")));
	PASS();
}

TEST bad_equivalents(void)
{
	static const char *const bad[] = {"a.c f\n+x\n", "a.c f\n-x\n why\n",	"a.c f\n-x\n+y\n",
					  "-x\n",	 "a.c\n-x\n+y\n why\n", "a.c f\na.c g\n"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		__attribute__((cleanup(equivalents_free))) struct equivalents all = {0};
		cleanup_buf struct buf why = BUF_INIT;

		ASSERT_EQm(bad[i], -EINVAL, equivalents_parse(span_of(bad[i]), &all, &why));
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	SET_TEARDOWN(forget, NULL);
	RUN_TEST(conditions);
	RUN_TEST(boundaries);
	RUN_TEST(constants);
	RUN_TEST(errors);
	RUN_TEST(statements);
	RUN_TEST(early_returns);
	RUN_TEST(arguments);
	RUN_TEST(no_code_no_mutants);
	RUN_TEST(unpaired_bracket);
	RUN_TEST(each_line_comes_first_once);
	RUN_TEST(patch_applies);
	RUN_TEST(equivalent_is_recognised);
	RUN_TEST(bad_equivalents);
	GREATEST_MAIN_END();
}
