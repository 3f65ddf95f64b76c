// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devlog/player.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

#define WIDEST 8u

/* Steps of one register: those of the same space, offset and length, in the order of the log. */
struct reg_steps {
	uint64_t at;
	uint8_t space, len;
	uint32_t *reads, *writes; /* indexes of steps; parts of one array of the player */
	uint32_t read_count, write_count;
	uint32_t next;	    /* the index in READS that comes next */
	unsigned int polls; /* answers in a row that did not move NEXT */
};

struct replay_player {
	const struct replay_script *script;
	struct reg_steps *regs; /* sorted by space, offset, length */
	size_t reg_count;
	uint32_t *indexes; /* of all steps, by register */
	uint32_t *ahead;   /* for each step: the number of writes before it */
	uint32_t *writes;  /* indexes of all writes, in the order of the log */
	uint32_t write_count;
	uint32_t place;	   /* index of the step after the last write or reset that was replayed */
	size_t next_reset; /* index of the first reset of the script that is not before PLACE */
	bool touched;	   /* the log had an answer since the last reset */
};

static int compare_place(const struct replay_step *a, const struct replay_step *b)
{
	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->len < b->len ? -1 : a->len > b->len;
}

static int compare_steps(const void *a, const void *b, void *arg)
{
	const struct replay_step *steps = arg;
	const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	const int order = compare_place(&steps[one], &steps[other]);

	if (order)
		return order;
	if (steps[one].write != steps[other].write)
		return steps[one].write ? 1 : -1;
	return one < other ? -1 : 1;
}

/* A register's steps are adjacent in the indexes, the reads first. */
static void add_index(struct replay_player *player, uint32_t *index)
{
	const struct replay_step *step = &player->script->steps[*index];
	struct reg_steps *reg = player->reg_count ? &player->regs[player->reg_count - 1] : NULL;

	if (!reg || reg->space != step->space || reg->at != step->at || reg->len != step->len) {
		reg = &player->regs[player->reg_count++];
		*reg = (struct reg_steps){.at = step->at,
					  .space = step->space,
					  .len = step->len,
					  .reads = index,
					  .writes = index};
	}
	if (step->write) {
		reg->write_count++;
	} else {
		reg->read_count++;
		reg->writes = index + 1;
	}
}

static void index_steps(struct replay_player *player)
{
	const size_t count = player->script->count;

	for (uint32_t i = 0; i < count; i++) {
		player->indexes[i] = i;
		player->ahead[i] = player->write_count;
		if (player->script->steps[i].write)
			player->writes[player->write_count++] = i;
	}
	qsort_r(player->indexes, count, sizeof(*player->indexes), compare_steps,
		player->script->steps);
	for (size_t i = 0; i < count; i++)
		add_index(player, &player->indexes[i]);
}

struct replay_player *player_create(const struct replay_script *script)
{
	struct replay_player *player = zalloc(1, sizeof(*player));

	player->script = script;
	player->regs = zalloc(script->count + 1, sizeof(*player->regs));
	player->indexes = zalloc(script->count + 1, sizeof(*player->indexes));
	player->ahead = zalloc(script->count + 1, sizeof(*player->ahead));
	player->writes = zalloc(script->count + 1, sizeof(*player->writes));
	index_steps(player);
	return player;
}

void player_free(struct replay_player *player)
{
	if (!player)
		return;
	free(player->regs);
	free(player->indexes);
	free(player->ahead);
	free(player->writes);
	free(player);
}

/* The index of the first register that is not before SPACE, AT, LEN. */
static size_t lower_bound(const struct replay_player *player, unsigned int space, uint64_t at,
			  unsigned int len)
{
	const struct replay_step wanted = {.space = (uint8_t)space, .at = at, .len = (uint8_t)len};
	size_t low = 0, high = player->reg_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct reg_steps *reg = &player->regs[middle];
		const struct replay_step here = {
			.space = reg->space, .at = reg->at, .len = reg->len};

		if (compare_place(&here, &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The register that has exactly these bytes, or NULL. */
static struct reg_steps *find_exactly(const struct replay_player *player, unsigned int space,
				      uint64_t at, unsigned int len)
{
	const size_t i = lower_bound(player, space, at, len);
	struct reg_steps *reg = i < player->reg_count ? &player->regs[i] : NULL;

	return reg && reg->space == space && reg->at == at && reg->len == len ? reg : NULL;
}

/* The narrowest register with reads that has the byte AT, or NULL. */
static struct reg_steps *find_covering(const struct replay_player *player, unsigned int space,
				       uint64_t at)
{
	const uint64_t first = at < WIDEST - 1 ? 0 : at - (WIDEST - 1);
	struct reg_steps *found = NULL;

	for (size_t i = lower_bound(player, space, first, 0); i < player->reg_count; i++) {
		struct reg_steps *reg = &player->regs[i];

		if (reg->space != space || reg->at > at)
			break;
		if (reg->read_count && at - reg->at < reg->len && (!found || reg->len < found->len))
			found = reg;
	}
	return found;
}

static uint32_t writes_before(const struct replay_player *player, uint32_t step)
{
	return step < player->script->count ? player->ahead[step] : player->write_count;
}

/* The place in the log of the next write or reset: reads behind it do not answer yet. */
static uint32_t segment_end(const struct replay_player *player)
{
	const struct replay_script *script = player->script;
	const uint32_t before = writes_before(player, player->place);
	uint32_t end = (uint32_t)script->count;

	if (before < player->write_count)
		end = player->writes[before];
	if (player->next_reset < script->reset_count && script->resets[player->next_reset] < end)
		end = script->resets[player->next_reset];
	return end;
}

static uint64_t value_of(const struct replay_player *player, const struct reg_steps *reg,
			 uint32_t read)
{
	return player->script->steps[reg->reads[read]].value;
}

/* Skip reads of the log that were before the place. */
static void catch_up(const struct replay_player *player, struct reg_steps *reg)
{
	while (reg->next < reg->read_count && reg->reads[reg->next] < player->place) {
		reg->next++;
		reg->polls = 0;
	}
}

/* The value that REG has now. */
static uint64_t present(const struct replay_player *player, struct reg_steps *reg)
{
	catch_up(player, reg);
	return value_of(player, reg, reg->next ? reg->next - 1 : 0);
}

/* The next value of REG, which has reads. */
static uint64_t answer(struct replay_player *player, struct reg_steps *reg)
{
	/* Software reads config space without using the device. */
	player->touched |= reg->space != REPLAY_CONFIG;
	catch_up(player, reg);
	if (reg->next < reg->read_count &&
	    (reg->reads[reg->next] < segment_end(player) || reg->polls >= REPLAY_POLLS)) {
		reg->polls = 0;
		return value_of(player, reg, reg->next++);
	}
	reg->polls++;
	return value_of(player, reg, reg->next ? reg->next - 1 : 0);
}

static void put_byte(uint64_t *value, unsigned int index, uint8_t byte)
{
	*value &= ~(0xffull << 8 * index);
	*value |= (uint64_t)byte << 8 * index;
}

/* A register goes on when its first byte is read. */
static bool compose(struct replay_player *player, unsigned int space, uint64_t at, unsigned int len,
		    uint64_t *value)
{
	bool all = true;

	for (unsigned int i = 0; i < len; i++) {
		struct reg_steps *reg = find_covering(player, space, at + i);
		uint64_t whole;

		if (!reg) {
			all = false;
			continue;
		}
		whole = reg->at == at + i ? answer(player, reg) : present(player, reg);
		put_byte(value, i, (uint8_t)(whole >> 8 * (at + i - reg->at)));
	}
	return all;
}

bool player_read(struct replay_player *player, unsigned int space, uint64_t at, unsigned int len,
		 uint64_t *value)
{
	struct reg_steps *reg = find_exactly(player, space, at, len);

	if (!reg || !reg->read_count)
		return compose(player, space, at, len, value);
	*value = answer(player, reg);
	return true;
}

/* The first write of REG in the log from the place on. */
static uint32_t first_write(const struct replay_player *player, const struct reg_steps *reg)
{
	uint32_t low = 0, high = reg->write_count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (reg->writes[middle] < player->place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The step of the log that a write of VALUE to REG stands for; the number of steps if none. */
static uint32_t find_write(const struct replay_player *player, const struct reg_steps *reg,
			   uint64_t value)
{
	const uint32_t here = writes_before(player, player->place);
	uint32_t found = (uint32_t)player->script->count;

	for (uint32_t i = first_write(player, reg); i < reg->write_count; i++) {
		const uint32_t step = reg->writes[i];

		if (player->ahead[step] - here >= REPLAY_AHEAD)
			break;
		if (player->script->steps[step].value == value)
			return step;
		if (found == player->script->count)
			found = step;
	}
	return found;
}

static void move(struct replay_player *player, uint32_t place)
{
	player->touched = true;
	player->place = place;
	while (player->next_reset < player->script->reset_count &&
	       player->script->resets[player->next_reset] < place)
		player->next_reset++;
}

bool player_write(struct replay_player *player, unsigned int space, uint64_t at, unsigned int len,
		  uint64_t value)
{
	const struct reg_steps *reg = find_exactly(player, space, at, len);
	uint32_t step;

	if (!reg || !reg->write_count)
		return false;
	step = find_write(player, reg, value);
	if (step == player->script->count)
		return false;
	move(player, step + 1);
	return true;
}

static void go_to_beginning(struct replay_player *player)
{
	player->place = 0;
	player->next_reset = 0;
	for (size_t i = 0; i < player->reg_count; i++)
		player->regs[i].next = player->regs[i].polls = 0;
}

void player_reset(struct replay_player *player)
{
	const struct replay_script *script = player->script;

	if (!player->touched)
		return;
	player->touched = false;
	if (player->next_reset < script->reset_count)
		player->place = script->resets[player->next_reset++];
	else
		go_to_beginning(player);
}
