// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/plan-hash.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/hash.h"

uint64_t reach_plan_hash(const struct inventory *inventory)
{
	uint64_t hash = HASH_INIT;

	for (size_t i = 0; i < inventory->catalog.count; i++) {
		const struct scenario_info *scenario = &inventory->catalog.scenarios[i];

		hash = hash_text(hash, scenario->name);
		hash = hash_text(hash, scenario->needs);
		hash = hash_text(hash, scenario->where);
	}
	for (size_t i = 0; i < inventory->machine_count; i++) {
		cleanup_free char *content = NULL;

		if (!file_read(inventory->machines[i]->path, &content, NULL))
			hash = hash_text(hash, content);
	}
	return hash;
}
