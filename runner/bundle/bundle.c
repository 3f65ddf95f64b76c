// SPDX-License-Identifier: GPL-2.0-only
#include "runner/bundle/bundle.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

static const struct json_member model_members[] = {
	JSON_NAME(struct bundle_model, name),
	JSON_NAME(struct bundle_model, model),
	JSON_NAME(struct bundle_model, params),
	JSON_STRING(struct bundle_model, fault),
};
static const struct json_table model_type = JSON_TYPE(struct bundle_model, model_members);

static const struct json_member bundle_members[] = {
	JSON_NAME(struct bundle, lab),
	JSON_STRING(struct bundle, promise),
	JSON_OBJECT(struct bundle, recorded, &record_type),
	JSON_ARRAY(struct bundle, models, &model_type),
	JSON_OBJECT(struct bundle, job, &job_type),
};

const struct json_table bundle_type = JSON_TYPE(struct bundle, bundle_members);

int bundle_read(const char *folder, struct bundle *bundle, struct buf *why)
{
	cleanup_free char *path = text("%s/" BUNDLE_CASE, folder);
	cleanup_free char *content = NULL;
	cleanup_buf struct buf reason = BUF_INIT;
	int err = file_read(path, &content, NULL);

	*bundle = (struct bundle){0};
	if (err) {
		buf_printf(why, "cannot read %s: %s", path, strerror(-err));
		return err;
	}
	err = json_read(&bundle_type, content, bundle, &reason);
	if (!err && bundle->job.cases.count)
		return 0;
	buf_printf(why, "%s is damaged: %s", path, reason.data ?: "it has no cases");
	return -EINVAL;
}

int bundle_arguments(const char *folder, struct list *arguments)
{
	cleanup_free char *path = text("%s/" BUNDLE_QEMU, folder);
	cleanup_free char *content = NULL;
	int err = file_read(path, &content, NULL);

	if (!err)
		list_add_split(arguments, content, "\n");
	return err;
}

void bundle_free(struct bundle *bundle)
{
	json_free(&bundle_type, bundle);
}
