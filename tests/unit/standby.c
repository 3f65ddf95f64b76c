// SPDX-License-Identifier: GPL-2.0-only
/* Which job takes over a guest that stands by, and the files that the guest gets then. */
#include "runner/guest/standby.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <greatest.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A guest that stands by, without QEMU, and a job for it. */
struct scene {
	char folder[32];
	struct standby standby;
	struct job job;
};

static void put(const char *folder, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", folder, name);

	if (file_write(path, content, strlen(content)))
		abort();
}

static void scene_make(struct scene *scene)
{
	*scene = (struct scene){.folder = "/tmp/standby-XXXXXX"};
	if (!mkdtemp(scene->folder))
		abort();
	scene->job = (struct job){
		.kind = JOB_CASES,
		.machine = text("pci"),
		.vmlinux = text("vmlinux"),
		.initrd = text("local.cpio"),
		.console = text("%s/console", scene->folder),
		.delta = {.base = text("image.1"), .folder = text("%s", scene->folder)},
	};
	list_add(&scene->job.delta.files, "vfio.ko");
	put(scene->folder, "standby", "booted");
	put(scene->folder, "vfio.ko", "new");
	put(scene->folder, "other.ko", "old");
	scene->standby.job = (struct job){
		.kind = JOB_STAND_BY,
		.machine = text("pci"),
		.vmlinux = text("vmlinux"),
		.initrd = text("image.1"),
		.console = text("%s/standby", scene->folder),
	};
	scene->standby.guest = zalloc(1, sizeof(*scene->standby.guest));
	scene->standby.guest->ktap = scene->standby.guest->request = -1;
}

static void scene_free(struct scene *scene)
{
	standby_end(&scene->standby);
	job_free(&scene->job);
	remove_tree(scene->folder);
}

#define SCENE                                                                                      \
	__attribute__((cleanup(scene_free))) struct scene scene;                                   \
	scene_make(&scene)

static bool is_taken(struct scene *scene)
{
	cleanup_guest struct guest *guest = standby_take(&scene->standby, &scene->job);

	return guest;
}

static void set(char **member, const char *value)
{
	free(*member);
	*member = text("%s", value);
}

TEST a_job_of_its_machine_takes_it_with_its_console(void)
{
	cleanup_free char *content = NULL;
	SCENE;

	ASSERT(is_taken(&scene));
	ASSERT_EQ(0, file_read(scene.job.console, &content, NULL));
	ASSERT_STR_EQ("booted", content);
	ASSERT_FALSE(is_taken(&scene));
	PASS();
}

TEST other_jobs_do_not(void)
{
	for (unsigned int how = 0; how < 6; how++) {
		SCENE;

		if (how == 0)
			set(&scene.job.vmlinux, "other");
		else if (how == 1)
			set(&scene.job.delta.base, "image.2");
		else if (how == 2)
			scene.job.memory = 1024;
		else if (how == 3)
			scene.job.trace = true;
		else if (how == 4)
			set(&scene.job.xml, "other.xml");
		else
			free(steal(scene.job.delta.base));
		ASSERT_FALSEm("a guest of another kind was taken", is_taken(&scene));
		/* It is killed: it would only take memory from the job's own. */
		ASSERT_EQ(NULL, scene.standby.guest);
	}
	PASS();
}

/* The answer to a request for FILE. */
static const char *answer_to(const struct job *job, const char *file)
{
	static char answer[256];
	struct guest guest = {0};
	int ends[2];
	ssize_t got;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		abort();
	guest.request = ends[0];
	if (standby_answer(job, &guest, file))
		abort();
	got = read(ends[1], answer, sizeof(answer) - 1);
	answer[got > 0 ? got : 0] = '\0';
	close(ends[0]);
	close(ends[1]);
	return answer;
}

TEST it_gets_only_the_files_of_the_job(void)
{
	cleanup_buf struct buf plan = BUF_INIT;
	SCENE;

	standby_plan(&scene.job, &plan);
	ASSERT_STR_EQ("file vfio.ko\n", plan.data);
	ASSERT_STR_EQ("ok 3\nnew", answer_to(&scene.job, "vfio.ko"));
	ASSERT(!strncmp("error ", answer_to(&scene.job, "other.ko"), 6));
	ASSERT(!strncmp("error ", answer_to(&scene.job, "../vfio.ko"), 6));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_job_of_its_machine_takes_it_with_its_console);
	RUN_TEST(other_jobs_do_not);
	RUN_TEST(it_gets_only_the_files_of_the_job);
	GREATEST_MAIN_END();
}
