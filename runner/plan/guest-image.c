// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/guest-image.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

#define USER_DATA_MAX 65536

bool image_is_cloud(const char *name)
{
	return name && !strcmp(name, "cloud");
}

int image_check(const char *what, const char *name, struct buf *why)
{
	if (image_is_cloud(name) || !strcmp(name, "busybox"))
		return 0;
	buf_printf(why, "%s=%s: there is no such image: expected busybox or cloud", what, name);
	return -EINVAL;
}

/* The kernel mounts the image, so modules are good enough for these two. */
static int check_kernel(const struct settings *settings, const char *kernel, struct buf *why)
{
	static const char *const needed[] = {
		"CONFIG_VIRTIO_BLK=", "CONFIG_EXT4_FS=", "CONFIG_CGROUPS=y",
		"CONFIG_INOTIFY_USER=y", "CONFIG_FHANDLE=y"};
	cleanup_free char *path = text("%s/kernels/%s/config", settings->out, kernel);
	cleanup_free char *config = NULL;

	if (file_read(path, &config, NULL))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (strstr(config, needed[i]))
			continue;
		buf_printf(why,
			   "the kernel %s cannot boot the image cloud, it has no %.*s: choose "
			   "TREE+cloud, as in make image IMAGE=cloud KERNELS=base+cloud, or distro",
			   kernel, (int)strcspn(needed[i], "="), needed[i]);
		return -EINVAL;
	}
	return 0;
}

/* cloud-init ignores a file whose first line it does not know, except for a warning. */
static int check_user_data(const char *path, const char *data, size_t len, struct buf *why)
{
	static const char *const starts[] = {"#cloud-config", "#!",
					     "#include",      "#cloud-boothook",
					     "#part-handler", "## template: jinja",
					     "Content-Type:", "MIME-Version:"};

	if (len > USER_DATA_MAX || strlen(data) != len) {
		buf_printf(why, "--user-data %s: expected a text of at most %d bytes", path,
			   USER_DATA_MAX);
		return -EINVAL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncmp(data, starts[i], strlen(starts[i])))
			return 0;
	buf_printf(why, "--user-data %s: expected a first line #cloud-config, or #! of a script",
		   path);
	return -EINVAL;
}

static int read_user_data(const char *path, char **data, struct buf *why)
{
	size_t len;
	int err = file_read(path, data, &len);

	if (!err)
		return check_user_data(path, *data, len, why);
	buf_printf(why, "--user-data %s: %s", path, strerror(-err));
	return err;
}

bool image_of(const struct choice *choice, const struct machine *machine)
{
	return image_is_cloud(choice->image ?: machine->image);
}

bool image_suits(const struct scenario_info *scenario, bool image)
{
	if (scenario->image)
		return image;
	return scenario->suite || !image;
}

int image_use(const struct settings *settings, const struct choice *choice,
	      const struct machine *machine, struct job *job, struct buf *why)
{
	cleanup_free char *link = text("%s/images/cloud.img", settings->out);

	if (!image_of(choice, machine)) {
		if (choice->user_data)
			buf_puts(why, "--user-data needs --image cloud");
		return choice->user_data ? -EINVAL : 0;
	}
	/* The link may change during the run. */
	job->image = realpath(link, NULL);
	if (!job->image) {
		buf_puts(why, "the image cloud is not built: run make image IMAGE=cloud");
		return -ENOENT;
	}
	if (job->memory < IMAGE_CLOUD_MEMORY)
		job->memory = IMAGE_CLOUD_MEMORY;
	return check_kernel(settings, job->kernel, why)
		       ?: (choice->user_data
				   ? read_user_data(choice->user_data, &job->user_data, why)
				   : 0);
}
