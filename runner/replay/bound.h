/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that end with the replay, whatever ends it. */
#ifndef RUNNER_REPLAY_BOUND_H
#define RUNNER_REPLAY_BOUND_H

/* The first argument of a replay that only starts another program, which ends with its parent. */
#define BOUND "--bound"

/*
 * Have the kernel kill this process when its parent PARENT ends. Exits if it has ended already,
 * unless PARENT is outside of the PID namespace and thus unknown.
 */
void bind_to_parent(int parent);

/*
 * Start ARGV[0], bound to the parent of this process. Returns only if that fails: the exit status.
 */
int bound_main(char **argv);

#endif
