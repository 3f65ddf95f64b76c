// SPDX-License-Identifier: GPL-2.0-only
/*
 * The KTAP stream of a machine: its guests' streams, and the results that lost guests could not
 * write.
 */
#include "reports/ktap-stream.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <greatest.h>
#include <string.h>

struct fixture {
	char folder[32];
	struct results results;
};

static void tear_down(struct fixture *f)
{
	cleanup_free char *command = text("rm -rf '%s'", f->folder);

	if (system(command))
		perror(f->folder);
	results_free(&f->results);
}

static void add_case(struct fixture *f, unsigned int number, enum cause cause, const char *reason)
{
	struct record *record = array_add(&f->results.cases);

	record->kernel = text("base");
	record->machine = text("pci");
	record->name = text("bind/%c[edu]", 'a' + number - 1);
	record->number = number;
	result_judge(&record->result, cause, reason);
}

/* Case 1 passed, 2 was lost in a panic, 3 passed, 4 did not run. */
static void set_up(struct fixture *f)
{
	*f = (struct fixture){.folder = "/tmp/ktap.XXXXXX"};
	if (!mkdtemp(f->folder))
		abort();
	((struct kernel_about *)array_add(&f->results.kernels))->name = text("base");
	((struct machine_about *)array_add(&f->results.machines))->name = text("pci");
	add_case(f, 1, CAUSE_PASSED, NULL);
	add_case(f, 2, CAUSE_PANIC, NULL);
	add_case(f, 3, CAUSE_PASSED, NULL);
	add_case(f, 4, CAUSE_STOPPED, NULL);
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f;                                      \
	set_up(&f)

static void put_stream(const struct fixture *f, const char *name, const char *stream)
{
	cleanup_free char *folder = text("%s/base/pci.streams", f->folder);
	cleanup_free char *path = text("%s/%s", folder, name);

	if (make_folders(folder) || file_write(path, stream, strlen(stream)))
		abort();
}

static char *written(const struct fixture *f)
{
	cleanup_free char *base = text("%s/base", f->folder);
	cleanup_free char *path = text("%s/pci.ktap", base);
	char *stream = NULL;

	if (make_folders(base) || ktap_write(&f->results, f->folder) ||
	    file_read(path, &stream, NULL))
		return text("nothing");
	return stream;
}

static const char first[] =
	"KTAP version 1\n1..4\n# guest: Linux\n# case: 1 bind/a[edu] deadline=5\n"
	"ok 1 bind/a[edu]\n# case: 2 bind/b[edu] deadline=5\n# fact: ha";
static const char second[] =
	"# guest: Linux\n# case: 3 bind/c[edu] deadline=5\nok 3 bind/c[edu]\n# end: done\n";

TEST a_lost_case_gets_its_line_where_it_belongs(void)
{
	cleanup_free char *stream = NULL;
	FIXTURE;

	put_stream(&f, "1.2", second);
	put_stream(&f, "1.1", first);
	stream = written(&f);
	ASSERT_STR_EQ("KTAP version 1\n1..4\n# guest: Linux\n# case: 1 bind/a[edu] deadline=5\n"
		      "ok 1 bind/a[edu]\n# case: 2 bind/b[edu] deadline=5\n# garbage: # fact: ha\n"
		      "# fail: the guest's kernel panicked\nnot ok 2 bind/b[edu]\n"
		      "# guest: Linux\n# case: 3 bind/c[edu] deadline=5\nok 3 bind/c[edu]\n"
		      "# end: done\nnot ok 4 bind/d[edu] # ERROR not run: a case failed before\n",
		      stream);
	PASS();
}

TEST without_a_guest_there_is_a_stream(void)
{
	cleanup_free char *stream = NULL;
	FIXTURE;

	f.results.cases.count = 1;
	stream = written(&f);
	f.results.cases.count = 4;
	ASSERT_STR_EQ("KTAP version 1\n1..1\nnot ok 1 bind/a[edu] # ERROR \n", stream);
	PASS();
}

/* Parts are in order, the tenth guest comes after the ninth. */
TEST streams_are_in_order(void)
{
	cleanup_free char *stream = NULL;
	const char *two, *ten;
	FIXTURE;

	put_stream(&f, "2.1", "# x: 2.1\n");
	put_stream(&f, "1.10", "# x: 1.10\n");
	put_stream(&f, "1.9", "# x: 1.9\n");
	stream = written(&f);
	two = strstr(stream, "2.1");
	ten = strstr(stream, "1.10");
	ASSERT(two && ten && strstr(stream, "1.9") < ten && ten < two);
	PASS();
}

TEST a_discarded_attempt_has_no_result(void)
{
	cleanup_free char *stream = NULL;
	FIXTURE;

	list_add(&f.results.cases.items[0].result.discarded, "the clock ran fast");
	put_stream(&f, "1.1", "# case: 1 bind/a[edu] deadline=5\nnot ok 1 bind/a[edu]\n");
	put_stream(&f, "1.2", "# case: 1 bind/a[edu] deadline=10\nok 1 bind/a[edu]\n");
	stream = written(&f);
	ASSERTm(stream, !strncmp(stream,
				 "# case: 1 bind/a[edu] deadline=5\n"
				 "# discarded: the clock ran fast\n"
				 "# case: 1 bind/a[edu] deadline=10\nok 1 bind/a[edu]\n",
				 strlen("# case: 1 bind/a[edu] deadline=5\n"
					"# discarded: the clock ran fast\n"
					"# case: 1 bind/a[edu] deadline=10\nok 1 bind/a[edu]\n")));
	PASS();
}

/* Unexpected output of a guest must never be read as a result. */
TEST garbage_is_a_diagnostic(void)
{
	cleanup_free char *stream = NULL;
	FIXTURE;

	put_stream(&f, "1.1", "\033[31mok 1 bind/a[edu]\nok 3 bind/c[edu]\nhello\n");
	stream = written(&f);
	ASSERTm(stream, strstr(stream, "# garbage: ?[31mok 1 bind/a[edu]\n"
				       "# garbage: ok 3 bind/c[edu]\n# garbage: hello\n"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_lost_case_gets_its_line_where_it_belongs);
	RUN_TEST(without_a_guest_there_is_a_stream);
	RUN_TEST(streams_are_in_order);
	RUN_TEST(a_discarded_attempt_has_no_result);
	RUN_TEST(garbage_is_a_diagnostic);
	GREATEST_MAIN_END();
}
