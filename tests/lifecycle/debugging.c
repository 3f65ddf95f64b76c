// SPDX-License-Identifier: GPL-2.0-only
/* Debugging with real guests: gdb's remote protocol, the console as it grows. */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "tests/lifecycle/lab.h"
#include "tests/lifecycle/suites.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SECONDS 240

/* The folder that the line "gdb -x FOLDER/guest.gdb" of the run names, or NULL. */
static char *printed_folder(const struct lab *lab)
{
	const char *line = strstr(lab->printed.data ?: "", "gdb -x ");
	size_t len = line ? strcspn(line + 7, "\n") : 0;
	cleanup_free char *path = text("%.*s", (int)len, line ? line + 7 : "");
	char *slash = strrchr(path, '/');

	if (!slash)
		return NULL;
	*slash = '\0';
	return steal(path);
}

/* Connects to the gdb stub in FOLDER. Returns a socket, or -1. */
static int attach(const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup_free char *path = text("%s/gdb.socket", folder);
	cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return steal_fd(&fd);
}

/* Tells the guest to continue. */
static bool resume(int stub)
{
	return !write_all(stub, "+$c#63", 6);
}

/* Waits until the guest stops: the reply is "$T" and more. */
static bool await_stop(int stub)
{
	cleanup_buf struct buf received = BUF_INIT;
	struct pollfd event = {.fd = stub, .events = POLLIN};
	char chunk[512];
	ssize_t got;

	while (!received.len || !strstr(received.data, "$T")) {
		if (poll(&event, 1, SECONDS * 1000) != 1)
			return false;
		got = read(stub, chunk, sizeof(chunk));
		if (got <= 0)
			return false;
		buf_add(&received, chunk, (size_t)got);
	}
	return true;
}

/* The guest starts when gdb says so, stops before the case, and then runs it to its end. */
TEST a_guest_waits_for_gdb_twice(void)
{
	cleanup_lab struct lab lab;
	cleanup_close int stub = -1;
	cleanup_free char *folder = NULL;
	cleanup_free char *path = NULL;
	cleanup_free char *modules = NULL;

	ASSERT(!lab_start(&lab, "vfiolab run --reports " LAB_REPORTS
				" -k base -m pci --console --gdb 'selftest/pass[edu]'"));
	ASSERT(lab_wait_for(&lab, "guest.gdb\n", SECONDS));
	folder = printed_folder(&lab);
	ASSERT(folder);
	stub = attach(folder);
	ASSERTm("cannot connect to the stub", stub >= 0);
	ASSERT(resume(stub));
	ASSERTm("the guest does not stop before the case", await_stop(stub));
	path = text("%s/modules.gdb", folder);
	ASSERT(!file_read(path, &modules, NULL));
	ASSERT(strstr(modules, "/build/drivers/vfio/pci/vfio-pci.ko 0x"));
	ASSERT(resume(stub));
	ASSERT(lab_wait(&lab, SECONDS));
	ASSERT_EQ_FMTm(lab.printed.data, 0, lab.status, "%d");
	ASSERT_STR_EQ("PASS", field(lab_case(&lab, "selftest/pass[edu]"), "verdict"));
	ASSERTm("no console", strstr(lab.printed.data, "base/pci| "));
	ASSERT(strstr(lab.printed.data, "Run /init as init process"));
	PASS();
}

/* A guest that panics leaves a dump, and the run says where: kdump's magic is there. */
TEST a_panic_leaves_a_dump(void)
{
	cleanup_lab struct lab lab;
	cleanup_free char *path = NULL;
	cleanup_free char *dump = NULL;
	const char *line;
	size_t len;

	ASSERT(!lab_start(&lab, "vfiolab run --reports " LAB_REPORTS
				" -k base -m pci -d edu -s selftest/panic --dumps 1"));
	ASSERT(lab_wait(&lab, SECONDS));
	line = strstr(lab.printed.data, "\ndump:    ");
	ASSERTm(lab.printed.data, line);
	line += strlen("\ndump:    ");
	path = text("%.*s", (int)strcspn(line, " "), line);
	ASSERT(strstr(path, "/dumps/1/base.pci.kdump"));
	ASSERT(strstr(line, " MiB): selftest/panic[edu]\n"));
	ASSERT(!file_read(path, &dump, &len));
	ASSERT(len > 1 << 20 && !memcmp(dump, "KDUMP   ", 8));
	unlink(path);
	PASS();
}

SUITE(debugging)
{
	RUN_TEST(a_panic_leaves_a_dump);
	RUN_TEST(a_guest_waits_for_gdb_twice);
}
