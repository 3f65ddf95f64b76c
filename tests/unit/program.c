// SPDX-License-Identifier: GPL-2.0-only
/* Why a program does not start: tested with files that really cannot be executed. */
#include "scenarios/agent/program.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <elf.h>
#include <errno.h>
#include <greatest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns the errno of execv() for FILE, or 0 if it starts. */
static int exec_errno(const char *file)
{
	char *argv[] = {(char *)file, NULL};
	int status;
	pid_t pid = fork();

	if (!pid) {
		execv(file, argv);
		_exit(errno);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

struct program {
	const char *name;
	const char *content;
	size_t len;
	mode_t mode;
	int status;
	const char *reason; /* part of it */
};

struct dynamic {
	Elf64_Ehdr elf;
	Elf64_Phdr interp;
	char loader[24];
};

static const struct dynamic dynamic = {
	.elf = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1},
	.interp = {.p_type = PT_INTERP,
		   .p_offset = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
		   .p_filesz = 24,
		   .p_memsz = 24},
	.loader = "/no/such/loader.so.2",
};

static const struct program programs[] = {
	{"dynamic", (const char *)&dynamic, sizeof(dynamic), 0755, 126,
	 "/no/such/loader.so.2: link it with -static"},
	{"script", "#! /no/such/sh -e\n", 18, 0755, 126,
	 "script for /no/such/sh, which the guest lacks"},
	{"text", "words\n", 6, 0755, 126, "neither a script"},
	{"plain", "#!/bin/sh\n", 10, 0644, 126, "not executable: chmod +x"},
};

/* greatest prints a message after the test has returned: the message must outlive the test. */
static const char *kept(const char *why)
{
	static char copy[512];

	snprintf(copy, sizeof(copy), "%s", why);
	return copy;
}

TEST the_reason_names_the_remedy(const struct program *program)
{
	char folder[] = "/tmp/start.XXXXXX";
	cleanup_free char *path = NULL;
	cleanup_free char *why = NULL;
	int err, status;

	ASSERT(mkdtemp(folder));
	path = text("%s/%s", folder, program->name);
	ASSERT_EQ(0, file_write(path, program->content, program->len));
	ASSERT_EQ(0, chmod(path, program->mode));
	err = exec_errno(path);
	ASSERT(err);
	why = program_error(path, err, &status);
	ASSERT_EQ_FMT(program->status, status, "%d");
	ASSERTm(kept(why), strstr(why, program->reason));
	unlink(path);
	rmdir(folder);
	PASS();
}

TEST a_folder_is_no_program(void)
{
	int status, err = exec_errno("/tmp");
	cleanup_free char *why = program_error("/tmp", err, &status);

	ASSERT_EQ_FMT(126, status, "%d");
	ASSERTm(kept(why), strstr(why, "is a folder"));
	PASS();
}

TEST missing_program_is_reported(void)
{
	int status;
	cleanup_free char *why = program_error("no-such-program", ENOENT, &status);

	ASSERT_EQ_FMT(127, status, "%d");
	ASSERTm(kept(why), strstr(why, "no-such-program: no such program"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		greatest_set_test_suffix(programs[i].name);
		RUN_TEST1(the_reason_names_the_remedy, &programs[i]);
	}
	RUN_TEST(a_folder_is_no_program);
	RUN_TEST(missing_program_is_reported);
	GREATEST_MAIN_END();
}
