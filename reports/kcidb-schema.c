// SPDX-License-Identifier: GPL-2.0-only
#include "reports/kcidb-schema.h"

static const struct json_member version_members[] = {
	JSON_COUNT(struct kcidb_version, major),
	JSON_COUNT(struct kcidb_version, minor),
};
static const struct json_table version_type = JSON_TYPE(struct kcidb_version, version_members);

static const struct json_member kernel_misc_members[] = {
	JSON_STRING(struct kernel_misc, kernel),
	JSON_STRING(struct kernel_misc, make),
};
static const struct json_table kernel_misc_type =
	JSON_TYPE(struct kernel_misc, kernel_misc_members);

static const struct json_member checkout_members[] = {
	JSON_STRING(struct checkout, id),
	JSON_STRING(struct checkout, origin),
	JSON_STRING(struct checkout, tree_name),
	JSON_STRING(struct checkout, start_time),
	JSON_STRING(struct checkout, comment),
	JSON_BOOLEAN(struct checkout, valid),
	JSON_OBJECT(struct checkout, misc, &kernel_misc_type),
};
static const struct json_table checkout_type = JSON_TYPE(struct checkout, checkout_members);

static const struct json_member build_members[] = {
	JSON_STRING(struct build, id),
	JSON_STRING(struct build, origin),
	JSON_STRING(struct build, checkout_id),
	JSON_STRING(struct build, architecture),
	JSON_STRING(struct build, command),
	JSON_STRING(struct build, config_name),
	JSON_STRING(struct build, comment),
	JSON_STRING(struct build, status),
	JSON_OBJECT(struct build, misc, &kernel_misc_type),
};
static const struct json_table build_type = JSON_TYPE(struct build, build_members);

static const struct json_member platform_members[] = {
	JSON_STRING(struct platform, platform),
	JSON_STRING(struct platform, about),
	JSON_STRING(struct platform, accel),
};
static const struct json_table platform_type = JSON_TYPE(struct platform, platform_members);

static const struct json_member environment_members[] = {
	JSON_STRING(struct environment, comment),
	JSON_OBJECT(struct environment, misc, &platform_type),
};
static const struct json_table environment_type =
	JSON_TYPE(struct environment, environment_members);

static const struct json_member test_misc_members[] = {
	JSON_STRING_AS(struct test_misc, name, "case"),
	JSON_STRING(struct test_misc, where),
	JSON_NUMBER(struct test_misc, attempt),
	JSON_NUMBER(struct test_misc, guest),
	JSON_NUMBER(struct test_misc, host_ms),
	JSON_STRING(struct test_misc, xpass),
	JSON_PAIRS(struct test_misc, facts),
};
static const struct json_table test_misc_type = JSON_TYPE(struct test_misc, test_misc_members);

static const struct json_member test_members[] = {
	JSON_STRING(struct test, id),
	JSON_STRING(struct test, origin),
	JSON_STRING(struct test, build_id),
	JSON_STRING(struct test, path),
	JSON_WORD(struct test, status, verdict_names),
	JSON_REAL(struct test, duration),
	JSON_STRING(struct test, comment),
	JSON_STRING(struct test, log_excerpt),
	JSON_OBJECT(struct test, environment, &environment_type),
	JSON_OBJECT(struct test, misc, &test_misc_type),
};
static const struct json_table test_type = JSON_TYPE(struct test, test_members);

static const struct json_member culprit_members[] = {
	JSON_BOOLEAN(struct culprit, code),
	JSON_BOOLEAN(struct culprit, tool),
	JSON_BOOLEAN(struct culprit, harness),
};
static const struct json_table culprit_type = JSON_TYPE(struct culprit, culprit_members);

static const struct json_member issue_members[] = {
	JSON_STRING(struct issue, id),
	JSON_STRING(struct issue, origin),
	JSON_COUNT(struct issue, version),
	JSON_STRING(struct issue, comment),
	JSON_OBJECT(struct issue, culprit, &culprit_type),
};
static const struct json_table issue_type = JSON_TYPE(struct issue, issue_members);

static const struct json_member incident_members[] = {
	JSON_STRING(struct incident, id),	JSON_STRING(struct incident, origin),
	JSON_STRING(struct incident, issue_id), JSON_COUNT(struct incident, issue_version),
	JSON_STRING(struct incident, test_id),	JSON_BOOLEAN(struct incident, present),
};
static const struct json_table incident_type = JSON_TYPE(struct incident, incident_members);

static const struct json_member kcidb_members[] = {
	JSON_OBJECT(struct kcidb, version, &version_type),
	JSON_ARRAY(struct kcidb, checkouts, &checkout_type),
	JSON_ARRAY(struct kcidb, builds, &build_type),
	JSON_ARRAY(struct kcidb, tests, &test_type),
	JSON_ARRAY(struct kcidb, issues, &issue_type),
	JSON_ARRAY(struct kcidb, incidents, &incident_type),
};
const struct json_table kcidb_type = JSON_TYPE(struct kcidb, kcidb_members);
