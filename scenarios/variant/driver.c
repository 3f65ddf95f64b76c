// SPDX-License-Identifier: GPL-2.0-only
/*
 * variant: a driver based on vfio-pci-core for one kind of device (kernel/modules/edu-vfio-pci): it
 * is found through modules.alias, adds a region and a command, and keeps the modules it depends on
 * loaded. The other families run on its DUT, too, and show that the rest equals vfio-pci.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/native.h"
#include "scenarios/variant/edu-vfio.h"

#include <endian.h>
#include <string.h>
#include <sys/mman.h>

#define NEEDED "variant=edu-vfio-pci"

/*
 * A counter of the log. A function, because messages would show the expansion of a macro like
 * le64toh.
 */
static uint64_t counter(uint64_t little_endian)
{
	return le64toh(little_endian);
}

static int map_log(struct dut *dut, const struct region *log, size_t len, int prot, int flags,
		   struct mapping *mapping)
{
	void *at = mmap(NULL, len, prot, flags, dut->vfio.device, (off_t)log->offset);

	*mapping = (struct mapping){NULL, 0};
	if (at == MAP_FAILED)
		return -errno;
	*mapping = (struct mapping){at, len};
	return 0;
}

/*
 * The complete procedure for user space: modalias, best entry of modules.alias, modprobe,
 * driver_override, probe.
 */
SCENARIO_UNBOUND(best_alias_is_the_variants, NEEDED " once",
		 "the best match in modules.alias for the device is the variant driver, which adds "
		 "its region")
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_free char *modalias = NULL;
	cleanup_free char *module = NULL;
	cleanup_free char *driver = NULL;
	struct region log;

	ASSERT_OK(pci_read(address, "modalias", &modalias));
	module = module_for_vfio(modalias);
	ASSERT_THAT(module && !strcmp(module, EDU_MODULE), "%s: expected " EDU_MODULE ", got %s",
		    modalias, module ? module : "no module");
	ASSERT_OK(module_load(module, ""));
	driver = native_driver(module);
	ASSERT_THAT(driver, "%s has no PCI driver", module);
	ASSERT_OK(user_bind_and_open(&user, dut, driver));
	ASSERT_CHECK(edu_find_log(&user.dut, &log));
	PASS();
}

SCENARIO(best_alias_of_others_is_vfio_pci, NEEDED " once",
	 "the best match in modules.alias for any other device is vfio-pci")
{
	static const char *const others[] = {
		"pci:v00001234d000011E9sv00001AF4sd00001100bc00sc00i00",
		"pci:v00001235d000011E8sv00001AF4sd00001100bc00sc00i00",
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		cleanup_free char *module = module_for_vfio(others[i]);

		ASSERT_THAT(module && !strcmp(module, "vfio_pci"), "%s: expected vfio_pci, got %s",
			    others[i], module ? module : "no module");
	}
	PASS();
}

SCENARIO(log_region_described, NEEDED,
	 "the variant's region follows the standard ones and has the right type, size and flags")
{
	struct vfio_device_info info;
	struct region log;

	ASSERT_OK(dut_info(dut, &info));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS + 1, info.num_regions);
	ASSERT_CHECK(edu_find_log(dut, &log));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS, log.index);
	ASSERT_NUMBER(EDU_VFIO_LOG_SIZE, log.size);
	ASSERT_HEX(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_MMAP |
			   VFIO_REGION_INFO_FLAG_CAPS,
		   log.flags);
	PASS();
}

SCENARIO(log_region_read, NEEDED, "the variant's region can be read at any offset up to its end")
{
	uint32_t magic = 0, odd = 0;
	struct region log;
	char end[8];

	ASSERT_CHECK(edu_find_log(dut, &log));
	ASSERT_NUMBER(sizeof(magic), region_read(dut, &log, 0, &magic, sizeof(magic)));
	magic = le32toh(magic);
	ASSERT_HEX(EDU_VFIO_LOG_MAGIC, magic);
	ASSERT_NUMBER(3, region_read(dut, &log, 1, &odd, 3));
	odd = le32toh(odd);
	ASSERT_HEX(EDU_VFIO_LOG_MAGIC >> 8, odd);
	ASSERT_NUMBER(4, region_read(dut, &log, log.size - 4, end, sizeof(end)));
	ASSERT_ERRNO(EINVAL, region_read(dut, &log, log.size, end, sizeof(end)));
	PASS();
}

SCENARIO(log_region_read_only, NEEDED, "the variant's region refuses writes and writable mappings")
{
	cleanup_mapping struct mapping mapping = {0};
	struct edu_vfio_log before, after;
	struct region log;

	ASSERT_CHECK(edu_find_log(dut, &log));
	ASSERT_CHECK(edu_read_log(dut, &before));
	ASSERT_ERRNO(EINVAL, region_write(dut, &log, 0, "\0\0\0\0", 4));
	ASSERT_ERRNO(EPERM,
		     map_log(dut, &log, log.size, PROT_READ | PROT_WRITE, MAP_SHARED, &mapping));
	ASSERT_ERRNO(EINVAL, map_log(dut, &log, log.size, PROT_READ, MAP_PRIVATE, &mapping));
	ASSERT_ERRNO(EINVAL, map_log(dut, &log, 2 * log.size, PROT_READ, MAP_SHARED, &mapping));
	ASSERT_OK(map_log(dut, &log, log.size, PROT_READ, MAP_SHARED, &mapping));
	ASSERT_ERRNO(EACCES, mprotect((void *)mapping.at, mapping.len, PROT_READ | PROT_WRITE)
				     ? -errno
				     : 0);
	ASSERT_CHECK(edu_read_log(dut, &after));
	ASSERT_BYTES(&before, &after, sizeof(before));
	PASS();
}

SCENARIO(log_region_mapped, NEEDED, "a mapping of the variant's region shows updates by the driver")
{
	cleanup_mapping struct mapping mapping = {0};
	const volatile struct edu_vfio_log *mapped;
	struct edu_vfio_log content;
	struct region log;
	uint64_t before;
	uint32_t result;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(edu_find_log(dut, &log));
	ASSERT_OK(map_log(dut, &log, log.size, PROT_READ, MAP_SHARED, &mapping));
	mapped = mapping.at;
	ASSERT_CHECK(edu_read_log(dut, &content));
	ASSERT_BYTES(&content, (const void *)mapping.at, sizeof(content));
	before = counter(mapped->factorials);
	ASSERT_OK(edu_factorial(dut, 3, &result));
	ASSERT_NUMBER(before + 1, counter(mapped->factorials));
	PASS();
}

SCENARIO(command_computes, NEEDED, "the variant's command makes the device compute and is counted")
{
	static const struct {
		uint32_t number, result;
	} known[] = {{0, 1}, {1, 1}, {5, 120}, {12, 479001600}, {13, 1932053504}};
	struct edu_vfio_log before, after;
	uint32_t result;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(edu_read_log(dut, &before));
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		ASSERT_OK(edu_factorial(dut, known[i].number, &result));
		ASSERT_NUMBER(known[i].result, result);
	}
	ASSERT_CHECK(edu_read_log(dut, &after));
	ASSERT_NUMBER(counter(before.factorials) + ARRAY_SIZE(known), counter(after.factorials));
	PASS();
}

SCENARIO(command_refuses_malformed, NEEDED,
	 "the variant's command rejects malformed requests and a device with memory off")
{
	struct edu_vfio_factorial small = {.argsz = sizeof(small) - 1};
	struct edu_vfio_factorial flagged = {.argsz = sizeof(flagged), .flags = 1};
	cleanup_command struct kept_command command = config_keep_command(dut);
	struct edu_vfio_log before, after;
	uint32_t result;

	ASSERT_CHECK(edu_read_log(dut, &before));
	ASSERT_ERRNO(EFAULT, vfio_ioctl(dut->vfio.device, EDU_VFIO_FACTORIAL, NULL));
	ASSERT_ERRNO(EINVAL, vfio_ioctl(dut->vfio.device, EDU_VFIO_FACTORIAL, &small));
	ASSERT_ERRNO(EINVAL, vfio_ioctl(dut->vfio.device, EDU_VFIO_FACTORIAL, &flagged));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~PCI_COMMAND_MEMORY));
	ASSERT_ERRNO(EIO, edu_factorial(dut, 5, &result));
	ASSERT_CHECK(edu_read_log(dut, &after));
	ASSERT_NUMBER(counter(before.factorials), counter(after.factorials));
	PASS();
}

SCENARIO(wrapped_reset_counted, NEEDED " reset",
	 "a vfio-pci ioctl wrapped by the variant still works")
{
	struct edu_vfio_log before, after;

	ASSERT_CHECK(edu_read_log(dut, &before));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(edu_read_log(dut, &after));
	ASSERT_NUMBER(counter(before.resets) + 1, counter(after.resets));
	PASS();
}

/* Returns NULL if the log of the open device counts TIMES opens, or a message. */
static const char *check_open_count(struct dut *dut, unsigned int times)
{
	cleanup_user struct user user = USER_NONE;
	struct edu_vfio_log content;
	const char *why;
	int err = user_open(&user, dut);

	if (err)
		return user_error(&user, err);
	why = edu_read_log(&user.dut, &content);
	if (!why && counter(content.opens) != times)
		why = text("the log counts %llu opens, expected %u",
			   (unsigned long long)counter(content.opens), times);
	return why;
}

SCENARIO_UNBOUND(log_ends_with_unbind, NEEDED,
		 "the variant's log outlives the device's users and ends at unbind")
{
	cleanup_release const char *address = dut->address;

	for (int binds = 0; binds < 2; binds++) {
		ASSERT_OK(pci_bind(address, dut->vfio_driver));
		ASSERT_CHECK(check_open_count(dut, 1));
		ASSERT_CHECK(check_open_count(dut, 2));
		ASSERT_OK(pci_unbind(address));
	}
	PASS();
}

/* For cleanup: reload what a case unloaded. */
static void load_again(const char **module)
{
	module_load(*module, "");
}

/*
 * A module cannot be unloaded while another needs it; a driver, while a device of its is open, but
 * it can while it is only bound.
 */
SCENARIO_UNBOUND(modules_in_use_not_unloaded, NEEDED,
		 "no module that an open device depends on can be unloaded")
{
	__attribute__((cleanup(load_again))) const char *module = EDU_MODULE;
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_ERRNO(EWOULDBLOCK, module_remove("vfio_pci_core"));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_NUMBER(0, module_references(module));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	ASSERT_THAT(module_references(module) > 0, "%s has no users while its device is open",
		    module);
	ASSERT_ERRNO(EWOULDBLOCK, module_remove(module));
	ASSERT_ERRNO(EWOULDBLOCK, module_remove("vfio_pci_core"));
	vfio_close(&vfio);
	ASSERT_NUMBER(0, module_references(module));
	ASSERT_OK(module_remove(module));
	ASSERT_THAT(!pci_link(address, "driver"), "%s has a driver, but its module was unloaded",
		    address);
	ASSERT_ERRNO(EWOULDBLOCK, module_remove("vfio_pci_core"));
	PASS();
}
