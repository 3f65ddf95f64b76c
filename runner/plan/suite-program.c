// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/suite-program.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The interpreters of the guest: busybox. */
static const char *const shells[] = {"/bin/sh", "/usr/bin/sh", "/bin/ash", "/usr/bin/ash",
				     "/bin/busybox"};

/* LINE is that of "#!". */
static char *script_error(const char *path, char *line)
{
	cleanup_list struct list words = {0};
	const char *interpreter, *last;

	line[strcspn(line, "\n")] = '\0';
	list_add_split(&words, line + 2, " \t\r");
	interpreter = words.count ? words.items[0] : "";
	last = strrchr(interpreter, '/');
	/* busybox has env, which looks for the next word. */
	if (last && !strcmp(last, "/env") && words.count > 1 &&
	    (!strcmp(words.items[1], "sh") || !strcmp(words.items[1], "ash")))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++)
		if (!strcmp(interpreter, shells[i]))
			return NULL;
	return text("%s is a script for %s, which the guest lacks: it has busybox's sh", path,
		    last && !strcmp(last, "/env") && words.count > 1 ? words.items[1]
								     : interpreter);
}

static bool has_loader(int fd, const Elf64_Ehdr *elf)
{
	for (unsigned int i = 0; i < elf->e_phnum; i++) {
		Elf64_Phdr header;

		if (pread(fd, &header, sizeof(header),
			  (off_t)(elf->e_phoff + i * sizeof(header))) != sizeof(header))
			return false;
		if (header.p_type == PT_INTERP)
			return true;
	}
	return false;
}

static char *elf_error(const char *path, int fd, const Elf64_Ehdr *elf)
{
	if (elf->e_ident[EI_CLASS] != ELFCLASS64 || elf->e_machine != EM_X86_64)
		return text("%s is a program for another machine: the guest runs x86_64", path);
	if (elf->e_type != ET_EXEC && elf->e_type != ET_DYN)
		return text("%s is no program", path);
	if (has_loader(fd, elf))
		return text("%s is linked dynamically, and the guest has no libraries: link it "
			    "with -static",
			    path);
	return NULL;
}

char *suite_program_error(const char *path)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	union {
		Elf64_Ehdr elf;
		char line[256];
	} head = {0};

	if (fd < 0 || pread(fd, &head, sizeof(head) - 1, 0) < 0)
		return text("%s: %s", path, strerror(errno));
	if (!memcmp(head.line, "#!", 2))
		return script_error(path, head.line);
	if (memcmp(head.elf.e_ident, ELFMAG, SELFMAG) != 0)
		return text("%s is neither a program nor a script that begins with #!", path);
	return elf_error(path, fd, &head.elf);
}
