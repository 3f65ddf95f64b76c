/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of KCIDB's schema 5.3 that the lab writes. Members have KCIDB's names; below misc, the
 * lab's own.
 */
#ifndef REPORTS_KCIDB_SCHEMA_H
#define REPORTS_KCIDB_SCHEMA_H

#include "lab/base/json.h"
#include "reports/model/verdict.h"

struct kcidb_version {
	unsigned int major, minor;
};

struct kernel_misc {
	char *kernel;
	char *make;
};

struct checkout {
	char *id;
	char *origin;
	char *tree_name;
	char *start_time;
	char *comment;
	bool valid;
	struct kernel_misc misc;
};

struct build {
	char *id;
	char *origin;
	char *checkout_id;
	char *architecture;
	char *command;
	char *config_name;
	char *comment;
	char *status;
	struct kernel_misc misc;
};

struct platform {
	char *platform;
	char *about;
	char *accel;
};

struct environment {
	char *comment;
	struct platform misc;
};

struct test_misc {
	char *name; /* the case's own */
	char *where;
	unsigned int attempt;
	unsigned int guest;
	unsigned int host_ms;
	char *xpass;
	struct pairs facts;
};

struct test {
	char *id;
	char *origin;
	char *build_id;
	char *path;
	enum verdict status;
	double duration;
	char *comment;
	char *log_excerpt;
	struct environment environment;
	struct test_misc misc;
};

struct culprit {
	bool code, tool, harness;
};

struct issue {
	char *id;
	char *origin;
	unsigned int version;
	char *comment;
	struct culprit culprit;
};

struct incident {
	char *id;
	char *origin;
	char *issue_id;
	unsigned int issue_version;
	char *test_id;
	bool present;
};

struct kcidb {
	struct kcidb_version version;
	struct {
		struct checkout *items;
		size_t count;
	} checkouts;
	struct {
		struct build *items;
		size_t count;
	} builds;
	struct {
		struct test *items;
		size_t count;
	} tests;
	struct {
		struct issue *items;
		size_t count;
	} issues;
	struct {
		struct incident *items;
		size_t count;
	} incidents;
};

extern const struct json_table kcidb_type;

#endif
