// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/program.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *program_find(const char *file)
{
	cleanup_list struct list folders = {0};

	if (strchr(file, '/'))
		return access(file, F_OK) ? NULL : strdup(file);
	list_add_split(&folders, getenv("PATH") ?: "", ":");
	for (size_t i = 0; i < folders.count; i++) {
		cleanup_free char *path = text("%s/%s", folders.items[i], file);

		if (!access(path, F_OK))
			return steal(path);
	}
	return NULL;
}

/* The dynamic loader that an ELF program asks for (its PT_INTERP), or NULL. */
static char *elf_loader(int fd, const Elf64_Ehdr *elf)
{
	for (unsigned int i = 0; i < elf->e_phnum; i++) {
		off_t at = (off_t)(elf->e_phoff + i * sizeof(Elf64_Phdr));
		char loader[PATH_MAX] = "";
		Elf64_Phdr header;

		if (pread(fd, &header, sizeof(header), at) != sizeof(header))
			return NULL;
		if (header.p_type != PT_INTERP || header.p_filesz >= sizeof(loader))
			continue;
		if (pread(fd, loader, header.p_filesz, (off_t)header.p_offset) > 0)
			return strdup(loader);
	}
	return NULL;
}

static char *script_interpreter(const char *line)
{
	const char *word = line + 2 + strspn(line + 2, " \t");

	return strndup(word, strcspn(word, " \t\n"));
}

/* PATH exists, and yet execv() failed with ENOENT: its interpreter is missing. */
static char *missing_interpreter(const char *path)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup_free char *needed = NULL;
	union {
		Elf64_Ehdr elf;
		char line[256];
	} head = {0};

	if (fd < 0 || pread(fd, &head, sizeof(head) - 1, 0) <= 0)
		return text("%s cannot be read", path);
	if (!memcmp(head.line, "#!", 2)) {
		needed = script_interpreter(head.line);
		return text("%s is a script for %s, which the guest lacks", path, needed);
	}
	if (!memcmp(head.elf.e_ident, ELFMAG, SELFMAG) && head.elf.e_ident[EI_CLASS] == ELFCLASS64)
		needed = elf_loader(fd, &head.elf);
	if (!needed)
		return text("%s needs a file that the guest lacks", path);
	return text("%s is linked dynamically and the guest has no %s: link it with -static", path,
		    needed);
}

static char *not_allowed(const char *path)
{
	struct stat info;

	if (!stat(path, &info) && S_ISDIR(info.st_mode))
		return text("%s is a folder", path);
	return text("%s is not executable: chmod +x it first", path);
}

char *program_error(const char *file, int err, int *status)
{
	cleanup_free char *path = program_find(file);

	*status = path ? 126 : 127;
	if (!path)
		return text("%s: no such program in the guest, which has busybox and what --copy "
			    "brings",
			    file);
	switch (err) {
	case ENOENT:
		return missing_interpreter(path);
	case EACCES:
		return not_allowed(path);
	case ENOEXEC:
		return text(
			"%s is neither a script that begins with #! nor a program for this machine",
			path);
	default:
		return text("%s: %s", path, strerror(err));
	}
}
