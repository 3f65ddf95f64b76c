// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: any file as a log of accesses, and what becomes of it: a script, and its answers to
 * accesses of any kind.
 */
#include "lab/devlog/player.h"

#include "lab/base/cleanup.h"

#include <stdlib.h>
#include <string.h>

static bool answers_config(void *context, unsigned int at)
{
	(void)context;
	return at >= 0x40;
}

static bool resets(void *context, const struct replay_access *access)
{
	(void)context;
	return access->value & 0x8000;
}

/* Access each register as the log does, and then, with other widths, those beside it. */
static void play(const struct replay_script *script)
{
	cleanup_player struct replay_player *player = player_create(script);

	for (size_t i = 0; i < script->count; i++) {
		const struct replay_step *step = &script->steps[i];
		const unsigned int len = 1u << (i & 3);
		uint64_t value = 0;

		if (step->write)
			player_write(player, step->space, step->at, step->len, step->value);
		else if (!player_read(player, step->space, step->at, step->len, &value))
			abort();
		player_read(player, step->space, step->at - len / 2, len, &value);
		player_write(player, step->space, step->at, len, value);
		if (i % 7 == 6)
			player_reset(player);
	}
}

/* A message is one line. */
static void check(const struct buf *why)
{
	if (!why->len || strchr(why->data, '\n'))
		abort();
}

static void take(const struct replay_log *log)
{
	struct replay_target target = {
		.name = "01:00.0",
		.bus = 1,
		.vendor = 0x1234,
		.device = 0x7e57,
		.address = {[0] = 0xfe000000, [2] = 0xfd000000},
		.size = {[0] = 0x1000, [1] = 0x100, [2] = 0x100000},
		.answers_config = answers_config,
		.resets = resets,
	};

	for (unsigned int only = 0; only < 2; only++) {
		cleanup_replay_script struct replay_script script = {0};
		cleanup_buf struct buf why = BUF_INIT, text = BUF_INIT;

		target.only = only;
		if (replay_script(log, &target, &script, &why)) {
			check(&why);
			continue;
		}
		replay_describe(&script, &text);
		play(&script);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	cleanup_replay_log struct replay_log log = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (replay_parse((const char *)data, size, &log, &why))
		check(&why);
	else
		take(&log);
	return 0;
}
