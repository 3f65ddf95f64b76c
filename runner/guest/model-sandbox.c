// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/model-sandbox.h"

#include "lab/base/cleanup.h"

#include <string.h>

const char *model_file(const char *params, size_t *len)
{
	static const char *const words[] = {"file=", "replay="};

	for (const char *at = params + strspn(params, " "); *at; at += strspn(at, " ")) {
		*len = strcspn(at, " ");
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			const size_t word = strlen(words[i]);

			if (*len <= word || strncmp(at, words[i], word) != 0)
				continue;
			*len -= word;
			return at + word;
		}
		at += *len;
	}
	return NULL;
}

char *model_file_path(const struct machine *machine, const char *file, size_t len)
{
	const char *slash = strrchr(machine->path, '/');

	if (*file == '/' || !slash)
		return text("%.*s", (int)len, file);
	return text("%.*s/%.*s", (int)(slash - machine->path), machine->path, (int)len, file);
}

/*
 * A file that a model reads is in its sandbox, by the same name. A relative name is below / there,
 * where the model starts.
 */
static void add_file(struct list *argv, const struct machine *machine, const char *name, size_t len)
{
	cleanup_free char *path = model_file_path(machine, name, len);

	list_add(argv, "--ro-bind");
	list_add(argv, path);
	list_addf(argv, "%s%.*s", *name == '/' ? "" : "/", (int)len, name);
}

static void add_files(struct list *argv, const struct machine *machine,
		      const struct machine_model *model)
{
	size_t len;

	for (const char *name = model_file(model->params, &len); name;
	     name = model_file(name + len, &len))
		add_file(argv, machine, name, len);
}

void model_sandbox(struct list *argv, const struct machine *machine,
		   const struct machine_model *model, const char *program)
{
	static const char sandbox[] =
		"bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL --clearenv "
		"--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --chdir / "
		"--ro-bind";

	list_add_words(argv, sandbox);
	list_add(argv, program);
	list_add(argv, "/device");
	add_files(argv, machine, model);
	list_add(argv, "/device");
}
