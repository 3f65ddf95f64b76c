// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: pinned memory counts against RLIMIT_MEMLOCK, of all processes of a user together or of
 * each process (IOMMU_OPTION_RLIMIT_MODE in include/uapi/linux/iommufd.h), unless the process has
 * CAP_IPC_LOCK. Only memory that a device can reach is pinned, so a page table of the DUT is in
 * each address space. The tests run in children: as users without privileges, whose count is 0.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/kernel/privilege.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODEL  "driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW 0x08000000ull
#define USER   4242
#define LIMIT  8 /* pages */
#define KIB    4 /* of a page */

enum rlimit_mode { BY_USER, BY_PROCESS };

static int map_pages(const struct ioas *ioas, const struct memory *memory, unsigned int pages,
		     uint64_t iova)
{
	return iommufd_map(ioas, memory->at, pages * IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &iova);
}

/* A child that has become USER. */
static const char *check_limit(void *of)
{
	const struct ioas *ioas = of;
	cleanup_memory struct memory memory = {0};
	int err = memory_take(LIMIT * IOMMU_PAGE, 0, &memory);

	if (!err)
		err = child_become_user(USER, LIMIT * IOMMU_PAGE);
	if (!err)
		err = map_pages(ioas, &memory, LIMIT - 1, WINDOW);
	if (err)
		return text("one page less than the limit is not mapped: %s", error_name(err));
	err = map_pages(ioas, &memory, 2, 2 * WINDOW);
	if (err != -ENOMEM)
		return text("one page more than the limit: expected ENOMEM, got %s",
			    error_name(err));
	err = map_pages(ioas, &memory, 1, 2 * WINDOW);
	if (err)
		return text("the limit is not reached: %s", error_name(err));
	if (process_kib(0, "VmPin") != LIMIT * KIB)
		return text("%ld KiB are pinned", process_kib(0, "VmPin"));
	iommufd_unmap(ioas, WINDOW, (LIMIT - 1) * IOMMU_PAGE, NULL);
	if (process_kib(0, "VmPin") != KIB)
		return text("%ld KiB are pinned after the unmap", process_kib(0, "VmPin"));
	err = map_pages(ioas, &memory, LIMIT - 1, WINDOW);
	iommufd_unmap(ioas, 0, IOAS_ALL, NULL);
	return err ? "what was unmapped still counts" : NULL;
}

/*
 * An iommufd of its own, in which accounting has MODE, with the DUT. Its option must be set before
 * anything else is in it.
 */
static enum greatest_test_res open_mode(struct dut *dut, enum rlimit_mode mode, struct user *user)
{
	struct vfio *vfio = &user->dut.vfio;

	*user = (struct user){.dut = *dut, .bound = true};
	*vfio = VFIO_CLOSED;
	vfio->mode = dut->mode;
	ASSERT_OK(pci_bind(dut->address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(dut->address, vfio));
	ASSERT_OK(iommufd_option_set(vfio->iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, mode));
	ASSERT_OK(cdev_bind(vfio->device, vfio->iommufd, NULL, &vfio->devid));
	ASSERT_OK(ioas_alloc(vfio->iommufd, &vfio->ioas));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	PASS();
}

static const struct {
	const char *name;
	enum rlimit_mode mode;
} modes[] = {
	{"by user", BY_USER},
	{"by process", BY_PROCESS},
};

SCENARIO_UNBOUND_TABLE(memlock_limit_enforced, modes, MODEL,
		       "RLIMIT_MEMLOCK limits what a user without CAP_IPC_LOCK maps, and what is "
		       "unmapped counts no more")
{
	cleanup_user struct user user = USER_NONE;
	struct ioas ioas;

	CHECK_CALL(open_mode(dut, row->mode, &user));
	ioas = ioas_of(&user.dut);
	ASSERT_CHECK(child_check(check_limit, &ioas));
	ASSERT_CHECK(child_check(check_limit, &ioas));
	PASS();
}

/* What two processes of a user have mapped. */
struct two {
	const struct ioas *ioas;
	enum rlimit_mode mode;
	struct memory memory;
};

static const char *map_in_second(void *of)
{
	const struct two *two = of;
	int err = map_pages(two->ioas, &two->memory, LIMIT - 1, 2 * WINDOW);

	if (err != (two->mode == BY_USER ? -ENOMEM : 0))
		return text("the second process of a user: %s", error_name(err));
	return NULL;
}

/* Unmapped by a process that did not map it. */
static const char *unmap_in_second(void *of)
{
	const struct two *two = of;
	const long before = process_kib(0, "VmPin");
	int err = iommufd_unmap(two->ioas, WINDOW, (LIMIT - 1) * IOMMU_PAGE, NULL);

	if (err)
		return error_name(err);
	if (process_kib(0, "VmPin") != before)
		return "the count of the process that unmapped has changed";
	err = map_pages(two->ioas, &two->memory, LIMIT, 3 * WINDOW);
	iommufd_unmap(two->ioas, 3 * WINDOW, LIMIT * IOMMU_PAGE, NULL);
	return err ? "what the other process had mapped still counts" : NULL;
}

static const char *check_two_processes(void *of)
{
	struct two *two = of;
	int err = child_become_user(USER, LIMIT * IOMMU_PAGE);
	const char *why;

	if (!err)
		err = map_pages(two->ioas, &two->memory, LIMIT - 1, WINDOW);
	if (err)
		return text("the first process: %s", error_name(err));
	why = child_check(map_in_second, two) ?: child_check(unmap_in_second, two);
	if (!why && process_kib(0, "VmPin"))
		return text("%ld KiB are still charged to the process that mapped",
			    process_kib(0, "VmPin"));
	return why;
}

SCENARIO_UNBOUND_TABLE(memlock_counted_over_fork, modes, MODEL,
		       "the mappings of two processes of a user count together or apart, as "
		       "IOMMU_OPTION_RLIMIT_MODE says, and an unmap by one relieves the one that "
		       "mapped")
{
	cleanup_user struct user user = USER_NONE;
	struct two two = {.mode = row->mode};
	struct ioas ioas;
	const char *why;

	CHECK_CALL(open_mode(dut, row->mode, &user));
	ioas = ioas_of(&user.dut);
	two.ioas = &ioas;
	ASSERT_OK(memory_take(LIMIT * IOMMU_PAGE, 0, &two.memory));
	why = child_check(check_two_processes, &two);
	memory_free(&two.memory);
	ASSERT_CHECK(why);
	PASS();
}

/* A child maps memory and becomes another program, which waits for the end of its input. */
struct program {
	pid_t pid;
	int input;
};

static void become_program(const struct ioas *ioas, const struct memory *memory, int input)
{
	if (child_become_user(USER, LIMIT * IOMMU_PAGE) || dup2(input, STDIN_FILENO) < 0 ||
	    map_pages(ioas, memory, LIMIT, WINDOW))
		_exit(1);
	execl("/usr/bin/busybox", "cat", NULL);
	_exit(2);
}

/* Returns when the child is another program: that closes STARTED. */
static int program_start(const struct ioas *ioas, const struct memory *memory,
			 struct program *program)
{
	int input[2], started[2];
	char byte;

	if (pipe2(input, O_CLOEXEC) || pipe2(started, O_CLOEXEC))
		return -errno;
	program->pid = fork();
	if (program->pid < 0)
		return -errno;
	if (!program->pid)
		become_program(ioas, memory, input[0]);
	close(input[0]);
	close(started[1]);
	program->input = input[1];
	if (read(started[0], &byte, 1) < 0)
		return -errno;
	close(started[0]);
	return 0;
}

static int program_end(struct program *program)
{
	int status = -1;

	close(program->input);
	waitpid(program->pid, &status, 0);
	return status;
}

/* The memory of the old program is gone, its pages and their charge are not. */
SCENARIO_UNBOUND_TABLE(memlock_counted_over_exec, modes, MODEL,
		       "after exec, a program is not charged for what its process had mapped, and "
		       "an unmap then leaves every count at 0")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	struct program program = {0};
	uint64_t unmapped;
	long during, after;
	struct ioas ioas;
	int err, status;

	CHECK_CALL(open_mode(dut, row->mode, &user));
	ioas = ioas_of(&user.dut);
	ASSERT_OK(memory_take(LIMIT * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(program_start(&ioas, &memory, &program));
	during = process_kib(program.pid, "VmPin") + process_kib(program.pid, "VmLck");
	err = iommufd_unmap(&ioas, 0, IOAS_ALL, &unmapped);
	after = process_kib(program.pid, "VmPin") + process_kib(program.pid, "VmLck");
	status = program_end(&program);
	ASSERT_NUMBER(0, status);
	ASSERT_OK(err);
	ASSERT_NUMBER(LIMIT * IOMMU_PAGE, unmapped);
	ASSERT_NUMBER(0, during);
	ASSERT_NUMBER(0, after);
	ASSERT_CHECK(child_check(check_limit, &ioas));
	PASS();
}

/* Everything that ends a mapping ends its charge. */
static const char *leave_mapped(void *of)
{
	const struct two *two = of;
	int err = child_become_user(USER, LIMIT * IOMMU_PAGE);

	if (!err)
		err = map_pages(two->ioas, &two->memory, LIMIT, WINDOW);
	return err ? error_name(err) : NULL;
}

static const char *map_nothing_more(void *of)
{
	const struct two *two = of;
	int err = child_become_user(USER, LIMIT * IOMMU_PAGE);

	if (!err)
		err = map_pages(two->ioas, &two->memory, 1, 2 * WINDOW);
	return err == -ENOMEM ? NULL : text("expected ENOMEM, got %s", error_name(err));
}

SCENARIO_UNBOUND(memlock_freed_by_close, MODEL,
		 "what a process that has ended had mapped counts for its user until the iommufd "
		 "is closed, and not after that")
{
	cleanup_user struct user user = USER_NONE;
	struct two two = {0};
	struct ioas ioas;
	const char *why;
	long pinned;

	CHECK_CALL(open_mode(dut, BY_USER, &user));
	ioas = ioas_of(&user.dut);
	two.ioas = &ioas;
	ASSERT_OK(memory_take(LIMIT * IOMMU_PAGE, 0, &two.memory));
	pinned = pages_pinned();
	why = child_check(leave_mapped, &two);
	if (!why && pages_pinned() != pinned + LIMIT)
		why = "the memory of an ended process is not pinned";
	why = why ?: child_check(map_nothing_more, &two);
	user_end(&user);
	if (!why && pages_pinned() != pinned)
		why = "the memory is still pinned";
	memory_free(&two.memory);
	ASSERT_CHECK(why);
	CHECK_CALL(open_mode(dut, BY_USER, &user));
	ioas = ioas_of(&user.dut);
	ASSERT_CHECK(child_check(check_limit, &ioas));
	PASS();
}

static const char *check_pin_of_detached(void *of)
{
	const struct two *two = of;
	const long pinned = pages_pinned();
	int err = child_become_user(USER, LIMIT * IOMMU_PAGE);

	if (!err)
		err = map_pages(two->ioas, &two->memory, LIMIT, WINDOW);
	if (err)
		return error_name(err);
	if (pages_pinned() != pinned || process_kib(0, "VmPin"))
		return "memory is pinned that no device can reach";
	return NULL;
}

SCENARIO(nothing_pinned_without_device, MODEL,
	 "memory mapped in an IOAS without devices is neither pinned nor charged")
{
	struct two two = {0};
	struct ioas ioas;
	const char *why;

	ASSERT_OK(iommufd_create_ioas(dut->vfio.iommufd, &ioas));
	two.ioas = &ioas;
	ASSERT_OK(memory_take(LIMIT * IOMMU_PAGE, 0, &two.memory));
	why = child_check(check_pin_of_detached, &two);
	memory_free(&two.memory);
	ASSERT_OK(iommufd_destroy(ioas.iommufd, ioas.id));
	ASSERT_CHECK(why);
	PASS();
}

SCENARIO(rlimit_mode_set_once, "first mode=cdev",
	 "IOMMU_OPTION_RLIMIT_MODE is 0 at first, needs CAP_SYS_RESOURCE, and is fixed as soon as "
	 "there is an object")
{
	cleanup_close int iommufd = iommufd_open();
	struct ioas ioas;
	uint64_t value = 7;

	ASSERT_OK(iommufd_option_get(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, &value));
	ASSERT_NUMBER(0, value);
	ASSERT_ERRNO(EINVAL, iommufd_option_set(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, 2));
	ASSERT_OK(privilege_set(CAP_SYS_RESOURCE, false));
	ASSERT_ERRNO(EPERM, iommufd_option_set(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, 1));
	ASSERT_OK(privilege_set(CAP_SYS_RESOURCE, true));
	ASSERT_OK(iommufd_option_set(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, 1));
	ASSERT_OK(iommufd_option_get(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, &value));
	ASSERT_NUMBER(1, value);
	ASSERT_OK(iommufd_create_ioas(iommufd, &ioas));
	ASSERT_ERRNO(EBUSY, iommufd_option_set(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, 0));
	ASSERT_OK(iommufd_destroy(iommufd, ioas.id));
	ASSERT_OK(iommufd_option_set(iommufd, IOMMU_OPTION_RLIMIT_MODE, 0, 0));
	PASS();
}
