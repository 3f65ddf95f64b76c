/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the parsers of this folder; private to them. */
#ifndef LAB_DEVLOG_PARSE_H
#define LAB_DEVLOG_PARSE_H

#include "lab/devlog/log.h"

/*
 * Each moves *AT beyond what it takes and returns true, or leaves *AT and returns false: the text
 * WORD; blanks and then a number, of digits in hex (with or without 0x) or decimal ones.
 */
bool take_text(const char **at, const char *word);
bool take_hex(const char **at, uint64_t *value);
bool take_decimal(const char **at, uint64_t *value);

/* Whether only blanks are left. */
bool is_end(const char *at);

/* Whether LEN is one of 1, 2, 4 and 8, and AT + LEN does not exceed 2^64. */
bool is_access(uint64_t at, uint64_t len);

/* Append ACCESS. Bits of its value beyond its length are dropped. */
void add_access(struct replay_log *log, struct replay_access access);

/*
 * Take LINE, number NUMBER of the log. Returns 1 if it is part of a log of this kind, 0 if it is
 * something else, or -EINVAL with a message in WHY if it is malformed.
 */
int qemu_line(struct replay_log *log, const char *line, uint32_t number, struct buf *why);
int mmiotrace_line(struct replay_log *log, const char *line, uint32_t number, struct buf *why);

#endif
