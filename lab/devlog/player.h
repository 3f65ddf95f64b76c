/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers accesses as a device did that was logged. The player is at a place of the log, its
 * beginning at first:
 *
 * - A write moves it behind the next write to that register in the log; one of the same value is
 *   preferred. A write that is not among the next REPLAY_AHEAD writes of the log does not move it.
 * - A read gets what the log read there next, up to the next write of the log. If there is no
 *   further one before that write, it gets the last value again. A loop that waits for a change
 *   would never end if the log has a write that this driver does not do. So after REPLAY_POLLS
 *   equal answers, the register goes on to its next value.
 * - A read before the log's first one gets the value of that.
 * - A reset moves it behind the next reset of the log, or else back to the beginning.
 *
 * An access of another width, or at another offset, gets the bytes of the registers that it
 * covers. Nothing blocks.
 */
#ifndef LAB_DEVLOG_PLAYER_H
#define LAB_DEVLOG_PLAYER_H

#include "lab/devlog/script.h"

#define REPLAY_AHEAD 64u
#define REPLAY_POLLS 16u

struct replay_player;

/* A player at the beginning of SCRIPT, which must outlive it. The caller frees it. */
struct replay_player *player_create(const struct replay_script *script);
void player_free(struct replay_player *player);

static inline void cleanup_player_p(struct replay_player **player)
{
	player_free(*player);
}
#define cleanup_player __attribute__((cleanup(cleanup_player_p)))

/*
 * A read of LEN bytes (1 to 8) at AT of SPACE. Replaces those bytes of *VALUE, little-endian, that
 * the log knows. Returns true if it knows all of them.
 */
bool player_read(struct replay_player *player, unsigned int space, uint64_t at, unsigned int len,
		 uint64_t *value);

/* A write. Returns true if it moves the player on. */
bool player_write(struct replay_player *player, unsigned int space, uint64_t at, unsigned int len,
		  uint64_t value);

/*
 * The device was reset. Nothing happens if the log had no answer since the last reset, other than
 * to reads of config space: software may reset a device more often than when it was logged.
 */
void player_reset(struct replay_player *player);

#endif
