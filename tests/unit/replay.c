// SPDX-License-Identifier: GPL-2.0-only
/* Logs of accesses are parsed, and replayed in their order (docs/replay.md). */
#include "lab/devlog/player.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

#define R(offset, value)                                                                           \
	"vfio_region_read  (0000:01:00.0:region0+0x" #offset ", 4) = 0x" #value "\n"
#define W(offset, value)                                                                           \
	"vfio_region_write  (0000:01:00.0:region0+0x" #offset ", 0x" #value ", 4)\n"

/* Config space: only bytes from 0x80 on are the vendor's, and a write to 0x78 resets. */
static bool answers_config(void *context, unsigned int at)
{
	(void)context;
	return at >= 0x80;
}

static bool resets(void *context, const struct replay_access *access)
{
	(void)context;
	return access->at == 0x78;
}

#define RESET "vfio_pci_write_config  (0000:01:00.0, @0x78, 0x8000, len=0x2)\n"

static const struct replay_target card = {
	.name = "01:00.0",
	.bus = 1,
	.vendor = 0x1234,
	.device = 0x7e57,
	.address = {[0] = 0xfe000000, [2] = 0xfd000000},
	.size = {[0] = 0x1000, [2] = 0x100000},
	.only = true,
	.answers_config = answers_config,
	.resets = resets,
};

struct play {
	struct replay_log log;
	struct replay_script script;
	struct replay_player *player;
	struct buf why;
};

static int begin(struct play *play, const char *text, const struct replay_target *target)
{
	int err;

	*play = (struct play){.why = BUF_INIT};
	err = replay_parse(text, strlen(text), &play->log, &play->why);
	if (!err)
		err = replay_script(&play->log, target, &play->script, &play->why);
	if (!err)
		play->player = player_create(&play->script);
	return err;
}

static void end(struct play *play)
{
	player_free(play->player);
	replay_script_free(&play->script);
	replay_log_free(&play->log);
	buf_free(&play->why);
}

#define PLAY __attribute__((cleanup(end))) struct play play

/* A read of 4 bytes of BAR0; 0xbad if the log does not know them. */
static uint64_t get(struct play *play, uint64_t at)
{
	uint64_t value = 0;

	return player_read(play->player, 0, at, 4, &value) ? value : 0xbad;
}

static bool set(struct play *play, uint64_t at, uint64_t value)
{
	return player_write(play->player, 0, at, 4, value);
}

/* The lines that versions and backends of QEMU print. */
TEST all_forms_of_qemu_are_read(void)
{
	static const char *const lines[] = {
		"vfio_region_write  (0000:01:00.0:region2+0x1c, 0x12, 1)\n",
		"493@1581830832.154442:vfio_region_write  (0000:01:00.0:region2+0x1c, 0x12, 1)\n",
		"2026-11-29T01:38:12.773603Z vfio_region_write  (0000:01:00.0:region2+0x1c, 0x12, "
		"1)\r\n",
		"vfio_region_write (0000:01:00.0:region2+0x1c, 0x12, 1)",
		"qemu-system-x86-7 [001] .... 12.3: tracing_mark_write: vfio_region_write  "
		"(0000:01:00.0:region2+0x1c, 0x12, 1)\n",
		"vfio_region_write 0.123 pid=493 name=b'0000:01:00.0' index=0x2 addr=0x1c "
		"data=0x12 "
		"size=0x1\n",
		"vfio_region_write 0.123 pid=493 name=0000:01:00.0 index=0x2 addr=0x1c data=0x12 "
		"size=0x1\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		cleanup_buf struct buf why = BUF_INIT;
		cleanup_replay_log struct replay_log log = {0};
		const struct replay_access *access;

		ASSERT_EQm(lines[i], 0, replay_parse(lines[i], strlen(lines[i]), &log, &why));
		ASSERT_EQm(lines[i], 1, log.count);
		access = log.accesses;
		ASSERT(access->write);
		ASSERT_EQ(2, access->space);
		ASSERT_EQ(0x1c, access->at);
		ASSERT_EQ(0x12, access->value);
		ASSERT_EQ(1, access->len);
		ASSERT_STR_EQ("0000:01:00.0", log.devices[0].name);
	}
	PASS();
}

TEST other_text_is_ignored(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play,
			   "-trace vfio_region_read \\\n-trace vfio_region_write\n"
			   "vfio_region_read_other  (x)\nmy_vfio_region_read  (x)\n"
			   "R is a letter\nvfio_intx_eoi  (0000:01:00.0) EOI\n" R(4, 7),
			   &card));
	ASSERT_EQ(1, play.log.count);
	ASSERT_EQ(7, play.log.accesses[0].line);
	PASS();
}

/* A name may be any text. */
TEST names_may_be_odd(void)
{
	PLAY;

	ASSERT_EQ(0,
		  begin(&play,
			"vfio_region_read  (VFIO user </x:region1, @/(y)>:region0+0x4, 4) = 0x7\n"
			"vfio_pci_read_config  (VFIO user </x:region1, @/(y)>, @0x90, len=0x2) 8\n",
			&card));
	ASSERT_EQ(1, play.log.device_count);
	ASSERT_EQ(7, get(&play, 4));
	PASS();
}

#define MMIOTRACE                                                                                  \
	"VERSION 20070824\n"                                                                       \
	"PCIDEV 0100 12347e57 1d fe000000 0 fd00000c 0 0 0 0 1000 0 100000 0 0 0 0 example\n"      \
	"MAP 17.1 1 0xfe000000 0xffffc9 0x1000 0xfff 0\n"                                          \
	"W 4 17.2 1 0xfe000010 0x1 0xffffffffa0 0\n"                                               \
	"R 4 17.3 1 0xfe000014 0xab 0xffffffffa0 0\n"                                              \
	"R 2 17.4 2 0xfd000100 0x1234 0xffffffffa0 0\n"                                            \
	"R 4 17.5 3 0xc0000000 0x1 0xffffffffa0 0\n"                                               \
	"UNKNOWN 17.6 1 0xfe000000 0f,01,02 0xfff 0\nMARK 17.7 text\nUNMAP 17.8 1 0xfff 0\n"

TEST mmiotrace_is_read(void)
{
	uint64_t value = 0;
	PLAY;

	ASSERT_EQm(play.why.data, 0, begin(&play, MMIOTRACE, &card));
	ASSERT_EQ(REPLAY_MMIOTRACE, play.log.kind);
	ASSERT_EQ(4, play.log.count);
	ASSERT_EQ(3, play.script.count);
	ASSERT(set(&play, 0x10, 1));
	ASSERT_EQ(0xab, get(&play, 0x14));
	ASSERT(player_read(play.player, 2, 0x100, 2, &value));
	ASSERT_EQ(0x1234, value);
	ASSERT_EQ(0, play.log.lost_line);
	PASS();
}

/* Without a line PCIDEV, the BARs are where the dump has them. */
TEST the_dump_tells_where_bars_are(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play, "R 4 17.3 1 0xfe000014 0xab 0xff 0\nMARK 0.0 Lost 7 events.\n",
			   &card));
	ASSERT_EQ(0xab, get(&play, 0x14));
	ASSERT_EQ(2, play.log.lost_line);
	PASS();
}

struct bad {
	const char *text;
	const char *why;
};

TEST bad_logs_are_refused(void)
{
	static const struct bad cases[] = {
		{"", "no access to a device in it"},
		{"nothing\n", "no access to a device in it"},
		{R(4, 7) "vfio_region_read  (0000:01:00.0:region0+0x8, 4\n",
		 "2: expected vfio_region_read"},
		{R(4, 7) "vfio_region_wri", NULL},
		{R(4, 7) "vfio_region_write  (0000:01:00.0:region0+0x8",
		 "the log is cut off there: remove the line"},
		{"vfio_region_read  (0000:01:00.0:region0+0x8, 3) = 0x1\n", "1: expected"},
		{"vfio_region_read  (0000:01:00.0:region0+0x8, 99999999999999999999) = 0x1\n",
		 "1: expected"},
		{"vfio_region_read  (0000:01:00.0:region0+0xffffffffffffffff, 4) = 0x1\n",
		 "1: expected"},
		{"vfio_region_read  (0000:01:00.0:region999+0x8, 4) = 0x1\n", "1: expected"},
		{"vfio_region_read  (:region0+0x8, 4) = 0x1\n", "1: expected"},
		{"vfio_region_read  (0000:01:00.0:region0+0x8, 4) = 0x1 and more\n", "1: expected"},
		{"vfio_region_read  (0000:01:00.0:region0+0x1000, 4) = 0x1\n",
		 "1: 0x1000 is beyond BAR0 of 01:00.0, which has 0x1000 bytes"},
		{"vfio_region_read  (0000:01:00.0:region1+0x0, 4) = 0x1\n",
		 "1: 01:00.0 has no BAR1"},
		{"vfio_region_read 0.1 pid=1 name=b'x' index=0x0 addr=0x1c size=0x4\n",
		 "1: expected"},
		{"vfio_pci_read_config  (0000:01:00.0, @0x90, len=0x2) 8\n", NULL},
		{"vfio_pci_read_config  (0000:01:00.0, @0x0, len=0x2) 8\n",
		 "no access to a BAR of 01:00.0 in it, only 1 others"},
		{"VERSION 20070824\nR 4 17.3\n", "2: expected R WIDTH SECONDS"},
		{"VERSION 20070824\nR 4 17.3 1 0xfe000014\n", "2: expected R WIDTH SECONDS"},
		{"W 5 17.3 1 0xfe000014 0x1 0x1 0\n", "1: expected W WIDTH SECONDS"},
		{"PCIDEV 0100 12347e57\n", "1: expected PCIDEV"},
		{"PCIDEV 10000 12347e57 1d 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", "1: expected PCIDEV"},
		{"R 4 17.3 1 0xc0000014 0x1 0x1 0\n",
		 "its BARs: 0xfe000000 0xfd000000, the first access: 0xc0000014"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		PLAY;
		int err = begin(&play, cases[i].text, &card);

		if (!cases[i].why) {
			ASSERT_EQm(cases[i].text, 0, err);
			continue;
		}
		ASSERTm(cases[i].text, err < 0);
		ASSERTm(play.why.data, strstr(play.why.data, cases[i].why));
		ASSERT_EQm(play.why.data, NULL, strchr(play.why.data, '\n'));
	}
	PASS();
}

TEST a_binary_file_is_refused(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_replay_log struct replay_log log = {0};

	ASSERT_EQ(-EINVAL, replay_parse("a\0b", 3, &log, &why));
	ASSERT(strstr(why.data, "simpletrace.py"));
	PASS();
}

TEST a_missing_file_is_named(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_replay_log struct replay_log log = {0};

	ASSERT_EQ(-ENOENT, replay_read("/nonexistent/log", &log, &why));
	ASSERT(strstr(why.data, "/nonexistent/log: "));
	PASS();
}

/* A device is found by its address among several; the only one may have any name. */
TEST the_device_is_found(void)
{
	const char *both = "vfio_region_read  (0000:02:00.0:region0+0x4, 4) = 0x2\n" R(4, 1);
	struct replay_target other = card;
	PLAY;

	ASSERT_EQ(0, begin(&play, both, &card));
	ASSERT_EQ(1, get(&play, 4));
	end(&play);
	other.bus = 2;
	ASSERT_EQ(0, begin(&play, both, &other));
	ASSERT_EQ(2, get(&play, 4));
	end(&play);
	other.bus = 3;
	ASSERT_EQ(-ENOENT, begin(&play, both, &other));
	ASSERT(strstr(play.why.data, "0000:02:00.0, 0000:01:00.0"));
	end(&play);
	ASSERT_EQ(0, begin(&play, R(4, 1), &other));
	end(&play);
	other.only = false;
	ASSERT_EQ(-ENOENT, begin(&play, R(4, 1), &other));
	PASS();
}

TEST a_register_reads_in_order(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play, R(4, 1) R(4, 2) R(8, 9) R(4, 3), &card));
	ASSERT_EQ(1, get(&play, 4));
	ASSERT_EQ(2, get(&play, 4));
	ASSERT_EQ(3, get(&play, 4));
	ASSERT_EQ(3, get(&play, 4));
	ASSERT_EQ(9, get(&play, 8));
	ASSERT_EQ(0xbad, get(&play, 12));
	PASS();
}

TEST a_write_moves_on(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play, R(4, 1) W(0, 5) R(4, 2) W(0, 6) R(4, 3) R(4, 4), &card));
	ASSERT_EQ(1, get(&play, 4));
	ASSERT_EQ(1, get(&play, 4));
	ASSERT(set(&play, 0, 5));
	ASSERT_EQ(2, get(&play, 4));
	ASSERT_EQ(2, get(&play, 4));
	/* another value, as that of a DMA address */
	ASSERT(set(&play, 0, 77));
	ASSERT_EQ(3, get(&play, 4));
	ASSERT_EQ(4, get(&play, 4));
	/* behind the last write of the log */
	ASSERT(!set(&play, 0, 6));
	ASSERT_EQ(4, get(&play, 4));
	ASSERT(!set(&play, 12, 6));
	PASS();
}

TEST a_write_of_the_same_value_is_preferred(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play, W(0, 1) R(4, 1) W(0, 2) R(4, 2) W(0, 3) R(4, 3), &card));
	ASSERT(set(&play, 0, 2));
	ASSERT_EQ(2, get(&play, 4));
	PASS();
}

TEST writes_far_ahead_do_not_move(void)
{
	cleanup_buf struct buf text = BUF_INIT;
	PLAY;

	buf_puts(&text, R(4, 1));
	for (unsigned int i = 0; i < REPLAY_AHEAD; i++)
		buf_puts(&text, W(8, 0));
	buf_puts(&text, W(0, 1) R(4, 2));
	ASSERT_EQ(0, begin(&play, text.data, &card));
	ASSERT(!set(&play, 0, 1));
	ASSERT_EQ(1, get(&play, 4));
	ASSERT(set(&play, 8, 0));
	ASSERT(set(&play, 0, 1));
	ASSERT_EQ(2, get(&play, 4));
	PASS();
}

/* The driver polls for a change that came after a write which it does not do. */
TEST polls_end(void)
{
	unsigned int polls = 0;
	PLAY;

	ASSERT_EQ(0, begin(&play, R(4, 0) W(8, 1) R(4, 1), &card));
	while (!get(&play, 4) && polls < 100)
		polls++;
	ASSERT_EQ_FMT(REPLAY_POLLS + 1, polls, "%u");
	PASS();
}

TEST a_read_before_the_first_has_its_value(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play, W(0, 1) R(4, 7) R(4, 8), &card));
	ASSERT_EQ(7, get(&play, 4));
	ASSERT(set(&play, 0, 1));
	ASSERT_EQ(7, get(&play, 4));
	ASSERT_EQ(8, get(&play, 4));
	PASS();
}

TEST other_widths_have_the_bytes(void)
{
	uint64_t value = 0;
	PLAY;

	ASSERT_EQ(0, begin(&play, R(4, 11223344) R(8, 55667788), &card));
	ASSERT(player_read(play.player, 0, 6, 2, &value));
	ASSERT_EQ_FMT(0x1122ull, (unsigned long long)value, "%llx");
	value = 0;
	ASSERT(player_read(play.player, 0, 4, 8, &value));
	ASSERT_EQ_FMT(0x5566778811223344ull, (unsigned long long)value, "%llx");
	value = 0xaabbccdd;
	ASSERT(!player_read(play.player, 0, 2, 4, &value));
	ASSERT_EQ_FMT(0x3344ccddull, (unsigned long long)value, "%llx");
	PASS();
}

TEST a_reset_moves_on(void)
{
	PLAY;

	ASSERT_EQ(0, begin(&play, RESET W(0, 1) R(0, 1) RESET R(0, 0) W(4, 0), &card));
	ASSERT_EQ(2, play.script.reset_count);
	/* Nothing was read yet: further resets than those of the log. */
	player_reset(play.player);
	player_reset(play.player);
	ASSERT(set(&play, 0, 1));
	ASSERT_EQ(1, get(&play, 0));
	ASSERT_EQ(1, get(&play, 0));
	player_reset(play.player);
	player_reset(play.player);
	ASSERT_EQ(0, get(&play, 0));
	/* The log has no further reset. */
	player_reset(play.player);
	ASSERT(set(&play, 0, 1));
	ASSERT_EQ(1, get(&play, 0));
	PASS();
}

TEST config_space_of_the_vendor_answers(void)
{
	uint64_t value = 0;
	PLAY;

	ASSERT_EQ(0, begin(&play,
			   "vfio_pci_read_config  (0000:01:00.0, @0x4, len=0x2) 0x7\n"
			   "vfio_pci_write_config  (0000:01:00.0, @0x90, 0x1, len=0x4)\n"
			   "vfio_pci_read_config  (0000:01:00.0, @0x94, len=0x4) 0x99\n",
			   &card));
	ASSERT_EQ(1, play.script.ignored);
	ASSERT(!player_read(play.player, REPLAY_CONFIG, 4, 2, &value));
	ASSERT(player_write(play.player, REPLAY_CONFIG, 0x90, 4, 1));
	ASSERT(player_read(play.player, REPLAY_CONFIG, 0x94, 4, &value));
	ASSERT_EQ(0x99, value);
	PASS();
}

TEST a_script_is_described(void)
{
	cleanup_buf struct buf text = BUF_INIT;
	PLAY;

	ASSERT_EQ(0, begin(&play,
			   R(4, 1) W(4, 2) RESET
			   "vfio_pci_read_config  (0000:01:00.0, @0x4, len=0x2) 0x7\n"
			   "vfio_pci_read_config  (0000:01:00.0, @0x94, len=0x4) 0x99\n",
			   &card));
	replay_describe(&play.script, &text);
	ASSERT_STR_EQ("2 reads, 1 write, 1 reset in BAR0, config space; other accesses, which are "
		      "ignored: 1",
		      text.data);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(all_forms_of_qemu_are_read);
	RUN_TEST(other_text_is_ignored);
	RUN_TEST(names_may_be_odd);
	RUN_TEST(mmiotrace_is_read);
	RUN_TEST(the_dump_tells_where_bars_are);
	RUN_TEST(bad_logs_are_refused);
	RUN_TEST(a_binary_file_is_refused);
	RUN_TEST(a_missing_file_is_named);
	RUN_TEST(the_device_is_found);
	RUN_TEST(a_register_reads_in_order);
	RUN_TEST(a_write_moves_on);
	RUN_TEST(a_write_of_the_same_value_is_preferred);
	RUN_TEST(writes_far_ahead_do_not_move);
	RUN_TEST(polls_end);
	RUN_TEST(a_read_before_the_first_has_its_value);
	RUN_TEST(other_widths_have_the_bytes);
	RUN_TEST(a_reset_moves_on);
	RUN_TEST(config_space_of_the_vendor_answers);
	RUN_TEST(a_script_is_described);
	GREATEST_MAIN_END();
}
