// SPDX-License-Identifier: GPL-2.0-only
/* Tests of QEMU's arguments in bundles. */
#include "runner/bundle/bundle.h"
#include "runner/bundle/qemu-line.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

TEST words_are_split_as_a_shell_does(void)
{
	cleanup_list struct list words = {0};
	cleanup_free char *joined = NULL;

	shell_words(" a 'b c'  d'e'\\''f' \\\"g ''\n", &words);
	joined = list_join(&words, "|");
	ASSERT_STR_EQ("a|b c|de'f|\"g|", joined);
	PASS();
}

/* Returns the arguments for LINE, joined by blanks. The caller frees them. */
static char *arguments_of(const char *line)
{
	cleanup_list struct list arguments = {0};

	qemu_arguments(line, &arguments);
	return list_join(&arguments, " ");
}

TEST what_only_libvirt_needs_is_dropped(void)
{
	cleanup_free char *left = arguments_of(
		"LC_ALL=C PATH=/usr/bin /usr/bin/qemu-system-x86_64 -name guest=g,debug-threads=on "
		"-S -object '{\"qom-type\":\"secret\",\"id\":\"k\"}' -uuid 1-2 -nodefaults "
		"-sandbox on,spawn=deny -object '{\"qom-type\":\"memory-backend-memfd\"}'");

	ASSERT_STR_EQ("-S -nodefaults -object {\"qom-type\":\"memory-backend-memfd\"}", left);
	PASS();
}

TEST paths_become_those_of_the_bundle(void)
{
	cleanup_free char *left =
		arguments_of("/usr/bin/qemu -machine pc-q35-11.1,usb=off -accel kvm "
			     "-chardev socket,id=charmonitor,path=/tmp/m,server=on,wait=off "
			     "-kernel " QEMU_VMLINUX " -initrd " QEMU_INITRD
			     " -append 'a b' -chardev file,id=c,path=" QEMU_CONSOLE ",append=on "
			     "-chardev socket,id=k,path=" QEMU_RUN "/guest/ktap,server=on");

	ASSERT_STR_EQ("-machine q35,usb=off -accel @ACCEL@ -chardev socket,id=charmonitor,fd=3 "
		      "-kernel kernel/vmlinux -initrd initramfs.cpio -append a b "
		      "-chardev file,id=c,path=@CONSOLE@,append=on "
		      "-chardev socket,id=k,path=@RUN@/ktap,server=on",
		      left);
	PASS();
}

TEST devices_are_found_in_both_notations(void)
{
	cleanup_list struct list arguments = {0}, devices = {0};
	cleanup_free char *joined = NULL;

	qemu_arguments("/qemu -device edu,bus=pcie.0 -device '{\"driver\":\"vfio-user-pci\"}' "
		       "-device edu -device pvpanic",
		       &arguments);
	qemu_devices(&arguments, &devices);
	joined = list_join(&devices, " ");
	ASSERT_STR_EQ("edu vfio-user-pci pvpanic", joined);
	PASS();
}

TEST measured_times_do_not_make_another_reason(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = {
		{"saw 0 in 2010 ms", "saw 0 in 2011 ms", true},
		{"hung: no progress for 30 s", "hung: no progress for 5 s", true},
		{"saw 0 in 2010 ms", "saw 1 in 2010 ms", false},
		{"vector 1: 9 ms.", "vector 1: 10 ms.", true},
		{"byte 1 mso", "byte 2 mso", false},
		{"expected 1 event", "expected 2 event", false},
		{"1 s", "1", false},
		{NULL, "", true},
		{NULL, "1 ms", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		const struct result a = {.reason = (char *)pairs[i].a};
		const struct result b = {.reason = (char *)pairs[i].b};

		ASSERT_EQm(pairs[i].b, pairs[i].same, result_same_reason(&a, &b));
		ASSERT_EQm(pairs[i].b, pairs[i].same, result_same_reason(&b, &a));
	}
	PASS();
}

TEST damaged_bundles_are_refused(void)
{
	cleanup_bundle struct bundle bundle = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT(bundle_read("/nonesuch", &bundle, &why) < 0);
	ASSERT_STR_EQ("cannot read /nonesuch/case.json: No such file or directory", why.data);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(words_are_split_as_a_shell_does);
	RUN_TEST(what_only_libvirt_needs_is_dropped);
	RUN_TEST(paths_become_those_of_the_bundle);
	RUN_TEST(devices_are_found_in_both_notations);
	RUN_TEST(measured_times_do_not_make_another_reason);
	RUN_TEST(damaged_bundles_are_refused);
	GREATEST_MAIN_END();
}
