// SPDX-License-Identifier: GPL-2.0-only
/* Parsing the DUTs and devices of a machine's file. */
#include "runner/plan/machine.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include "greatest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PORT                                                                                       \
	"<devices><controller type='pci' model='pcie-root-port' index='1'><address type='pci' "    \
	"bus='0' slot='2'/></controller></devices>"

/* Load a machine with the DUT and the arguments given. */
static int load(const char *dut, const char *arguments, struct machine **machine, struct buf *why)
{
	char folder[] = "/tmp/machine.XXXXXX";
	cleanup_free char *path = mkdtemp(folder) ? text("%s/m.xml", folder) : NULL;
	cleanup_free char *xml = text(
		"<domain "
		"xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>m</name><metadata>"
		"<lab:machine xmlns:lab='urn:vfiolab:machine' has='cpu:1 "
		"iommu'><lab:about>a</lab:about>%s</lab:machine>"
		"</metadata>" PORT "<qemu:commandline>%s</qemu:commandline></domain>",
		dut, arguments);
	int err = path ? file_write(path, xml, strlen(xml)) : -errno;

	if (!err)
		err = machine_load(path, machine, why);
	if (path)
		unlink(path);
	rmdir(folder);
	return err;
}

TEST models_of_duts(void)
{
	cleanup_machine struct machine *machine = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, load("<lab:dut name='lamp' path='02.0'/><lab:dut name='edu' path='03.0'/>"
			  "<lab:device name='lamp' model='example' bus='pcie.0'/>",
			  "", &machine, &why));
	ASSERT_STR_EQ("example", machine_model_of(machine, "lamp"));
	ASSERT_EQ(NULL, machine_model_of(machine, "edu"));
	ASSERT_EQ(&machine->models[0], machine_model(machine, "lamp"));
	ASSERT_EQ(NULL, machine_model(machine, "edu"));
	PASS();
}

TEST ids_of_devices(void)
{
	ASSERT(machine_device_has_id("edu,id=a", "a"));
	ASSERT(machine_device_has_id("edu,id=a,bus=pci.1", "a"));
	ASSERT_FALSE(machine_device_has_id("edu,id=ab", "a"));
	ASSERT_FALSE(machine_device_has_id("edu,bus=a", "a"));
	PASS();
}

/* Write the machine from docs/machine.md, without its indentation, to PATH. */
static int write_documented(const char *path)
{
	cleanup_free char *page = NULL;
	cleanup_free char *file = text("%s/docs/machine.md", getenv("LAB_TOP") ?: ".");
	cleanup_buf struct buf xml = BUF_INIT;
	bool inside = false;
	char *line, *next;

	if (file_read(file, &page, NULL))
		return -ENOENT;
	for (next = page; (line = strsep(&next, "\n"));) {
		inside = inside || !strncmp(line, "    <domain", 11);
		if (inside)
			buf_printf(&xml, "%s\n", line);
		inside = inside && strcmp(line, "    </domain>") != 0;
	}
	return xml.len ? file_write(path, xml.data + 4, xml.len - 4) : -ENODATA;
}

TEST documented_machine(void)
{
	cleanup_machine struct machine *machine = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	char folder[] = "/tmp/machine.XXXXXX";
	cleanup_free char *path = mkdtemp(folder) ? text("%s/lamp.xml", folder) : NULL;
	int err;

	ASSERT(path);
	ASSERT_EQ_FMT(0, write_documented(path), "%d");
	err = machine_load(path, &machine, &why);
	unlink(path);
	rmdir(folder);
	ASSERT_EQm(why.data, 0, err);
	ASSERT_EQ_FMT((size_t)2, machine->dut_count, "%zu");
	ASSERT_STR_EQ("example", machine_model_of(machine, "lamp"));
	PASS();
}

TEST vf_numbers(void)
{
	static const struct {
		const char *dut;
		int err, vf;
	} cases[] = {
		{"<lab:dut name='x' path='02.0'/>", 0, -1},
		{"<lab:dut name='x' path='02.0' vf='0'/>", 0, 0},
		{"<lab:dut name='x' path='02.0' vf='12'/>", 0, 12},
		{"<lab:dut name='x' path='02.0' vf='-1'/>", -EINVAL, 0},
		{"<lab:dut name='x' path='02.0' vf='two'/>", -EINVAL, 0},
		{"<lab:dut name='x' path='02.0' vf='65536'/>", -EINVAL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_machine struct machine *machine = NULL;
		cleanup_buf struct buf why = BUF_INIT;

		ASSERT_EQ_FMT(cases[i].err, load(cases[i].dut, "", &machine, &why), "%d");
		ASSERT_EQ(!!cases[i].err, why.len > 0);
		if (!cases[i].err)
			ASSERT_EQ_FMT(cases[i].vf, machine->duts[0].vf, "%d");
	}
	PASS();
}

TEST declarations(void)
{
	static const struct {
		const char *dut, *has, *error;
	} cases[] = {
		{"<lab:dut name='x' path='02.0'/>", NULL, NULL},
		{"<lab:dut name='x' path='02.0' has='pm'/>", "pm cpu:1 iommu first", NULL},
		{"<lab:dut name='x' path='02.0' vf='0' driver='d' for='p' has='irq=msi:2\n pm'/>",
		 "irq=msi:2  pm cpu:1 iommu first vf variant=d for=p", NULL},
		{"<lab:dut name='x' path='02.0' has='irq=mis'/>", NULL,
		 "/m.xml:1: has= of DUT 'x': 'irq=mis' is not in the vocabulary, 'irq=msi' is"},
		{"<lab:dut name='x' path='02.0' has='vf'/>", NULL,
		 "/m.xml:1: has= of DUT 'x': 'vf' follows from the other attributes"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_machine struct machine *machine = NULL;
		cleanup_buf struct buf why = BUF_INIT;

		ASSERT_EQ_FMT(cases[i].error ? -EINVAL : 0, load(cases[i].dut, "", &machine, &why),
			      "%d");
		if (cases[i].error)
			ASSERTm(why.data, strstr(why.data, cases[i].error));
		else if (cases[i].has)
			ASSERT_STR_EQ(cases[i].has, machine->duts[0].has);
		else
			ASSERT_EQ(NULL, machine->duts[0].has);
	}
	PASS();
}

TEST models_and_purposes(void)
{
	static const char good[] =
		"<lab:dut name='x' path='02.0' for='flr'/><lab:device name='x' model='testdev' "
		"bus='pcie.0' fault='caps-cut' timeout='500'/>";
	static const char *const bad[] = {
		"<lab:device name='x' model='testdev'/>",
		"<lab:device name='x' model='testdev' bus='pcie.0' timeout='1 s'/>",
		"<lab:device name='x' model='testdev' bus='pcie.0' timeout='-1'/>",
		"<lab:device name='x' model='testdev' bus='pcie.0' timeout='10000000'/>",
		"<lab:device name='x' model='testdev' bus='pcie.0' parms='caps=pm'/>",
		"<lab:dut name='x' path='02.0' pth='03.0'/>",
	};
	cleanup_machine struct machine *machine = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ_FMT(0, load(good, "", &machine, &why), "%d");
	ASSERT_STR_EQ("flr", machine->duts[0].purpose);
	ASSERT_STR_EQ("caps-cut", machine->models[0].fault);
	ASSERT_STR_EQ("500", machine->models[0].timeout);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_machine struct machine *none = NULL;

		ASSERT_EQ_FMTm(bad[i], -EINVAL, load(bad[i], "", &none, &why), "%d");
	}
	PASS();
}

TEST devices_by_id(void)
{
	static const char arguments[] =
		"<qemu:arg value='-object'/><qemu:arg value='memory,id=shm'/>"
		"<qemu:arg value='-device'/><qemu:arg value='edu,id=edu-rp,bus=pci.1'/>"
		"<qemu:arg value='-device'/><qemu:arg value='e1000e,bus=pci.1,id=card'/>";
	cleanup_machine struct machine *machine = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *edu = NULL, *card = NULL;

	ASSERT_EQ_FMT(0, load("", arguments, &machine, &why), "%d");
	edu = machine_device(machine, "edu-rp");
	card = machine_device(machine, "card");
	ASSERT_STR_EQ("edu,id=edu-rp,bus=pci.1", edu);
	ASSERT_STR_EQ("e1000e,bus=pci.1,id=card", card);
	ASSERT_EQ(NULL, machine_device(machine, "edu"));
	ASSERT_EQ(NULL, machine_device(machine, "shm"));
	ASSERT_EQ(NULL, machine_device(machine, ""));
	PASS();
}

TEST places(void)
{
	static const struct {
		const char *dut, *arguments, *error;
	} cases[] = {
		{"<lab:dut name='x' path='02.0/00.0'/>", "", NULL},
		{"<lab:device name='x' model='testdev' bus='pci.1'/>", "", NULL},
		{"", "<qemu:arg value='usb-tablet,bus=xhci.0'/>", NULL},
		{"<lab:dut name='x' path='03.0/00.0'/>", "",
		 ": path=\"03.0/00.0\": the machine has no port or bridge at 03.0"},
		{"<lab:dut name='x' path='02.0/1'/>", "", "expected SLOT.FUNCTION"},
		{"<lab:dut name='x' path='20.0'/>", "", "expected SLOT.FUNCTION"},
		{"<lab:dut name='x' path='02.0' properties='a,b=1 c=0xffffffff'/>", "", NULL},
		{"<lab:dut name='x' path='02.0' properties='a=4294967296'/>", "",
		 ": properties=\"a=4294967296\": expected words NAME=NUMBER, with numbers of 32 "
		 "bits"},
		{"<lab:dut name='x' path='02.0' properties='a='/>", "",
		 "expected words NAME=NUMBER"},
		{"<lab:dut name='x' path='02.0' properties='a=1 =2'/>", "",
		 "expected words NAME=NUMBER"},
		{"<lab:dut name='x' path='02.0' properties='a=1x'/>", "",
		 "expected words NAME=NUMBER"},
		{"<lab:dut name='x' path='2-0'/>", "", "expected SLOT.FUNCTION"},
		{"<lab:device name='x' model='testdev' bus='pci.2'/>", "",
		 ": bus=pci.2: the machine has no such bus, only pcie.0, pci.1"},
		{"", "<qemu:arg value='edu,bus=pci.2,addr=0.0'/>", "bus=pci.2"},
		/* A bridge on QEMU's command line: the lab does not know where it is. */
		{"<lab:dut name='x' path='03.0/00.0'/>",
		 "<qemu:arg value='pcie-root-port,id=port'/>", NULL},
		{"<lab:device name='x' model='testdev' bus='port'/>",
		 "<qemu:arg value='pcie-root-port,id=port'/>", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_machine struct machine *machine = NULL;
		cleanup_buf struct buf why = BUF_INIT;
		const char *error = cases[i].error;

		ASSERT_EQ_FMTm(cases[i].dut, error ? -EINVAL : 0,
			       load(cases[i].dut, cases[i].arguments, &machine, &why), "%d");
		ASSERTm(cases[i].dut, !error || strstr(why.data, error));
		ASSERTm(cases[i].dut, !error || strstr(why.data, "/m.xml:1: "));
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(models_of_duts);
	RUN_TEST(ids_of_devices);
	RUN_TEST(documented_machine);
	RUN_TEST(vf_numbers);
	RUN_TEST(declarations);
	RUN_TEST(models_and_purposes);
	RUN_TEST(devices_by_id);
	RUN_TEST(places);
	GREATEST_MAIN_END();
}
